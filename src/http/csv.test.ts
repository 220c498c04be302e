import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { csvRecord } from './csv.ts'

/** A reader of RFC 4180, as strict as the grammar. */
function parse(text: string): string[][] {
  const records: string[][] = []
  let at = 0
  while (at < text.length) {
    const record: string[] = []
    for (;;) {
      let cell = ''
      if (text[at] === '"') {
        at++
        for (;;) {
          if (text[at] === '"' && text[at + 1] === '"') {
            cell += '"'
            at += 2
          } else if (text[at] === '"') break
          else cell += text[at++]
        }
        at++
      } else while (at < text.length && !',\r\n"'.includes(text[at] ?? '')) cell += text[at++]
      record.push(cell)
      if (text[at] !== ',') break
      at++
    }
    expect(text.slice(at, at + 2)).toBe('\r\n')
    at += 2
    records.push(record)
  }
  return records
}

const nasty = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r', '=', '+', '-', '@', '\t', "'", 'é', '1') })

test('whatever the cells hold, a reader finds them again, and none of them is a formula', () => {
  fc.assert(
    fc.property(fc.array(fc.array(nasty, { minLength: 1, maxLength: 5 }), { minLength: 1 }), (records) => {
      const read = parse(records.map(csvRecord).join(''))
      expect(read.map((record) => record.length)).toEqual(records.map((record) => record.length))
      read.forEach((record, n) => {
        record.forEach((cell, k) => {
          const written = records[n]?.[k] ?? ''
          expect(cell).toBe(/^[=+\-@\t\r\n]/.test(written) ? `'${written}` : written)
          expect(cell).not.toMatch(/^[=+\-@\t\r]/)
        })
      })
    }),
    { numRuns: 300 },
  )
})

test('numbers stay numbers, and nothing is an empty cell', () => {
  expect(csvRecord([1, -2, true, null, undefined, '', '-2'])).toBe("1,-2,true,,,,'-2\r\n")
})

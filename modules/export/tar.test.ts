import { expect, test } from 'bun:test'
import { type TarEntry, tarStream } from './tar.ts'

const entry = (path: string, bytes: number, body: AsyncIterable<Uint8Array>): TarEntry => ({
  ...{ path, bytes, body },
  modifiedMs: Date.UTC(2026, 10, 24),
})
async function* chunks(count: number, bytes: number, onMade: () => void = () => {}) {
  for (let n = 0; n < count; n++) {
    onMade()
    yield new Uint8Array(bytes).fill(0x61)
  }
}

test('files of every size around a block, and paths of every length and language, come out as they went in', async () => {
  const sizes = [0, 1, 511, 512, 513, 1_025]
  const paths = [...[1, 99, 100, 101, 180].map((length) => `d/${'x'.repeat(length)}`), 'ü/日本 語.txt']
  const given = sizes.flatMap((size) => paths.map((path) => ({ path: `${size}/${path}`, size })))
  async function* entries() {
    for (const { path, size } of given) yield entry(path, size, chunks(1, size))
  }
  const archive = await new Response(tarStream(entries(), () => {})).bytes()
  expect(archive.length % 512).toBe(0)
  const listed = Bun.spawnSync(['tar', '-tvf', '-', '--utc', '--quoting-style=literal'], {
    stdin: archive,
    env: { LC_ALL: 'C.UTF-8' },
  })
  expect(listed.stderr.toString()).toBe('')
  const lines = listed.stdout.toString().trim().split('\n')
  expect(lines.map((line) => line.replace(/^\S+ \S+ +/, ''))).toEqual(
    given.map(({ path, size }) => `${size} 2026-11-24 00:00 ${path}`),
  )
})

test('while an entry is being made ready, signs of life go out that no reader lists', async () => {
  const ready = Promise.withResolvers<void>()
  async function* entries() {
    yield entry('first', 3, chunks(1, 3))
    await ready.promise
    yield entry('second', 700, chunks(1, 700))
  }
  const pieces: Uint8Array[] = []
  let signs = 0
  for await (const piece of tarStream(entries(), () => {}, 1)) {
    pieces.push(piece)
    // The type of a header stands at its 157th byte (IEEE Std 1003.1, pax).
    if (piece[156] === 'g'.charCodeAt(0) && ++signs === 3) ready.resolve()
  }
  expect(signs).toBeGreaterThanOrEqual(3)
  const listed = Bun.spawnSync(['tar', '-tvf', '-'], { stdin: Buffer.concat(pieces), env: { LC_ALL: 'C.UTF-8' } })
  expect(listed.stderr.toString()).toBe('')
  const lines = listed.stdout.toString().trim().split('\n')
  expect(lines.map((line) => [line.split(/ +/)[2], line.split(' ').at(-1)])).toEqual([
    ['3', 'first'],
    ['700', 'second'],
  ])
})

test('no part is made before it is asked for, however large the file', async () => {
  let made = 0
  let closed = false
  async function* entries() {
    try {
      yield entry(
        'large',
        2 ** 32,
        chunks(65_536, 65_536, () => made++),
      )
    } finally {
      closed = true
    }
  }
  const reader = tarStream(entries(), () => {}).getReader()
  for (let part = 0; part < 10; part++) {
    await reader.read()
    // The header came first; nothing waits for a reader that does not ask.
    expect(made).toBe(part)
  }
  await reader.cancel()
  expect([made, closed]).toEqual([9, true])
})

test.each([1, 3])('a file that is not as long as was said breaks the archive off', async (bytes) => {
  async function* entries() {
    yield entry('wrong', 2, chunks(1, bytes))
  }
  const faults: unknown[] = []
  const read = new Response(tarStream(entries(), (error) => faults.push(error))).bytes()
  await expect(read).rejects.toThrow('wrong is not of the size')
  expect(faults).toHaveLength(1)
})

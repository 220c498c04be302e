import { afterEach, beforeEach, expect, test } from 'bun:test'
import { mkdtempSync, readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { heldFileStream } from './files.ts'

let folder: string
let path: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'encapsify-files-'))
  path = join(folder, 'file')
  writeFileSync(path, 'x'.repeat(700_000))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** How often this process has the file open. */
const open = () =>
  readdirSync('/proc/self/fd').filter((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`).startsWith(path)
    } catch {
      return false
    }
  }).length

test('a file that is removed while it is read is read to its end, and let go', async () => {
  const stream = await heldFileStream(path)
  rmSync(path)
  expect((await new Response(stream).text()).length).toBe(700_000)
  expect(open()).toBe(0)
})

test('a part is read as it was asked for; what is cancelled is let go', async () => {
  expect((await new Response(await heldFileStream(path, { start: 600_000, end: 600_010 })).text()).length).toBe(10)
  const stream = await heldFileStream(path)
  await stream.cancel()
  expect(open()).toBe(0)
})

test('what nobody reads, because its reader was gone before it began, is let go with it', async () => {
  const leave = async () => {
    for (let n = 0; n < 20; n++) await heldFileStream(path)
  }
  await leave()
  // A collector that looks at the stack may take one or another for used: of most it knows.
  while (open() > 10) {
    Bun.gc(true)
    await new Promise((resolve) => setImmediate(resolve))
  }
})

import { afterEach, expect, test } from 'bun:test'
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Litefs } from './litefs.ts'

const folder = mkdtempSync(join(tmpdir(), 'encapsify-litefs-'))
const program = join(folder, 'program')
const started = join(folder, 'started')
afterEach(() => rmSync(folder, { recursive: true, force: true }))

test('what is stopped while it makes ready for LiteFS starts none: nobody would end it', async () => {
  // In place of LiteFS: says that it was started, and would run for ever.
  writeFileSync(program, `#!/bin/sh\ntouch ${started}\nexec sleep 604800\n`)
  chmodSync(program, 0o755)
  const ready = Promise.withResolvers<void>()
  const litefs = new Litefs({
    ...{ program, node: 'node-1', candidate: true, data: folder, mount: join(folder, 'mount') },
    leaseUrl: 'http://127.0.0.1:1',
    log: { info() {}, error() {} },
    onState() {},
    onMoved() {},
    beforeRestart: () => ready.promise,
  })
  litefs.start()
  const stopped = litefs.stop()
  ready.resolve()
  await stopped
  expect(existsSync(started)).toBe(false)
})

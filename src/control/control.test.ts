import { expect, test } from 'bun:test'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ControlServer, callControl } from './control.ts'

test('a server that closes takes its socket away at once, also while it still answers somebody', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'encapsify-control-'))
  try {
    const asked = Promise.withResolvers<void>()
    const server = new ControlServer(folder, 'guard')
    server.handle('greet', async (input) => ({ hello: input }))
    server.handle('wait', () => {
      asked.resolve()
      return new Promise(() => {})
    })
    server.listen()
    expect(await callControl(folder, 'greet', 'you', 'guard')).toEqual({ result: { hello: 'you' } })
    const waiting = callControl(folder, 'wait', null, 'guard')
    await asked.promise
    const closed = server.close()
    expect(existsSync(join(folder, 'guard.sock'))).toBe(false)
    await closed
    expect(await waiting).toBeUndefined()
    expect(await callControl(folder, 'greet', 'you', 'guard')).toBeUndefined()
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

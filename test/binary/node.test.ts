import { afterAll, expect, test } from 'bun:test'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { binary } from './server.ts'

/** What `encapsify node` says when it cannot begin: one line that tells what to do, and it ends. */
const stand = mkdtempSync(join(tmpdir(), 'encapsify-refused-'))
const bin = join(stand, 'bin')
mkdirSync(bin)
writeFileSync(join(bin, 'litefs'), '#!/bin/sh\nexec sleep 60\n', { mode: 0o755 })
afterAll(() => rmSync(stand, { recursive: true, force: true }))

const env = {
  PATH: `${bin}:/usr/bin:/bin`,
  ENCAPSIFY_LITEFS: join(stand, 'mount'),
  ENCAPSIFY_SECRET: 'a secret of thirty-two characters',
  ENCAPSIFY_ROLE: 'candidate',
  ENCAPSIFY_PEERS: '127.0.0.9',
  ENCAPSIFY_ADDRESS: '127.0.0.9',
  ENCAPSIFY_NODE: 'a',
}

function run(data: string, words: readonly string[], changes: Record<string, string | undefined> = {}) {
  const child = Bun.spawnSync([binary, ...words], {
    env: { ...env, ENCAPSIFY_DATA: data, ...changes } as Record<string, string>,
    stdout: 'pipe',
    stderr: 'pipe',
    timeout: 60_000,
  })
  return { code: child.exitCode, said: child.stderr.toString().trim() }
}

function folder(files: Record<string, string> = {}): string {
  const data = mkdtempSync(join(stand, 'data-'))
  mkdirSync(join(data, 'litefs'))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(data, 'litefs', name), text)
  return data
}

test.each([
  ['no mount', { ENCAPSIFY_LITEFS: undefined }, 'ENCAPSIFY_LITEFS must name the folder'],
  ['no secret', { ENCAPSIFY_SECRET: undefined }, 'ENCAPSIFY_SECRET must be given in a cluster'],
  ['two candidates', { ENCAPSIFY_CANDIDATES: '2' }, 'two could neither lose one nor confirm without both'],
  ['no LiteFS', { PATH: '/nonexistent' }, 'litefs is not in PATH'],
] as const)('%s', (_, changes, words) => {
  const { code, said } = run(folder(), ['node'], changes)
  expect([code, said.split('\n').length]).toEqual([1, 1])
  expect(said).toContain(words)
})

test('a volume of another cluster, or a damaged record, is refused before anything of it is touched', () => {
  const other = run(folder({ clusterid: 'LFSC0000000000000000\n' }), ['node'])
  expect([other.code, other.said]).toEqual([1, expect.stringContaining('holds the data of another cluster')])
  const damaged = run(folder({ 'guard.json': '{"promised":' }), ['node'])
  expect([damaged.code, damaged.said]).toEqual([1, expect.stringContaining('is damaged')])
})

test('a server does not run beside its guard, and a handoff needs a node', () => {
  expect(run(folder(), ['serve', '--port', '0']).said).toContain('a node of a cluster is run by: encapsify node')
  expect(run(folder(), ['serve', '--guarded', '--port', '0']).said).toContain('is run by: encapsify node')
  expect(run(folder(), ['node', 'handoff', '--to', 'b']).said).toContain('No node runs on')
  expect(run(folder(), ['node', 'handoff']).said).toContain('--to NODE')
})

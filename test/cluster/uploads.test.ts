import { afterAll, beforeAll, expect, test } from 'bun:test'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { findPrimary } from '../../scripts/cluster-lab/chaos/faults.ts'
import { Lab } from '../../scripts/cluster-lab/lab.ts'
import { foldersOf } from '../../scripts/cluster-lab/plan.ts'

/** Requests that no proxy can send again, in a cluster of three candidates and an edge. */
const stand = mkdtempSync(join(tmpdir(), 'encapsify-uploads-'))
const folder = join(stand, 'lab')
const edge = 4
let lab: Lab

beforeAll(async () => {
  lab = await Lab.up({ folder, nodes: edge, proxies: true })
}, 300_000)
afterAll(async () => {
  await Lab.down(folder)
  rmSync(stand, { recursive: true, force: true })
}, 60_000)

test('an upload through any node is kept by the primary, whatever its size, and goes on through another node', async () => {
  const { stdout } = lab.node(1).exec([resolve('dist/encapsify'), 'demo', '--json'])
  const { apiKey } = JSON.parse(stdout.toString()) as { apiKey: string }
  const headers = { authorization: `Bearer ${apiKey}`, 'tus-resumable': '1.0.0' }
  const file = Buffer.from('The words of a large file.\n'.repeat(200_000))
  const cut = 3_000_000
  const send = (
    origin: string,
    method: string,
    path: string,
    more: Record<string, string>,
    body?: Buffer<ArrayBuffer>,
  ) => fetch(origin + path, { method, headers: { ...headers, ...more }, body: body ?? null })
  const metadata = `filename ${btoa('words.txt')}`
  const length = { 'upload-length': String(file.byteLength), 'upload-metadata': metadata }
  const begun = await send(lab.entry(edge), 'POST', '/api/v1/uploads', length)
  const path = begun.headers.get('location') ?? ''
  expect([begun.status, path]).toEqual([201, expect.stringContaining('/api/v1/uploads/')])
  const piece = (from: number) => ({ 'upload-offset': String(from), 'content-type': 'application/offset+octet-stream' })
  const first = await send(lab.entry(edge), 'PATCH', path, piece(0), file.subarray(0, cut))
  expect([first.status, first.headers.get('upload-offset')]).toEqual([204, String(cut)])
  // No proxy is before these.
  const primary = (await findPrimary(lab)) ?? 0
  const other = lab.node((primary % 3) + 1)
  expect((await send(other.origin, 'HEAD', path, {})).headers.get('upload-offset')).toBe(String(cut))
  const last = await send(lab.node(edge).origin, 'PATCH', path, piece(cut), file.subarray(cut))
  expect([last.status, last.headers.get('encapsify-asset')]).toEqual([204, expect.stringMatching(/^ast_/)])
  const holders = lab.nodes.filter(({ plan }) => {
    const glob = new Bun.Glob('**').scanSync({ cwd: foldersOf(plan).data, absolute: true })
    return [...glob].some((name) => statSync(name).size === file.byteLength)
  })
  expect(holders.map(({ plan }) => plan.number)).toEqual([primary])
}, 60_000)

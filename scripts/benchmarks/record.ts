import { run } from './load.ts'
import { median } from './page.ts'
import type { Peer } from './pocketbase.ts'
import { report } from './report.ts'
import type { Demo, Server } from './servers.ts'

const rounds = 3

/** `GET /api/v1/capsules/{id}` with an API key beside PocketBase's GET of one record, in turn. */
export async function record(server: Server, demo: Demo, peer: Peer | undefined): Promise<void> {
  const url = `${server.origin}/api/v1/capsules/${demo.capsules[0]?.id}`
  const headers = [`authorization: Bearer ${demo.apiKey}`]
  const ours = []
  const theirs = []
  for (let round = 0; round < rounds; round++) {
    if (peer !== undefined) theirs.push(await run({ url: peer.record, seconds: 4, connections: 50 }))
    ours.push(await run({ url, seconds: 4, connections: 50, headers }))
  }
  const perSecond = median(ours.map((one) => one.perSecond))
  const p99Ms = median(ours.map((one) => one.p99Ms))
  report({ name: 'GET one capsule with an API key, 50 connections', value: perSecond, unit: '/s' })
  report({ name: 'GET one capsule, p99', value: p99Ms, unit: 'ms' })
  if (peer === undefined) return
  const peerPerSecond = median(theirs.map((one) => one.perSecond))
  const peerP99Ms = median(theirs.map((one) => one.p99Ms))
  report({ name: 'PocketBase: GET one record', value: peerPerSecond, unit: '/s' })
  report({ name: 'PocketBase: GET one record, p99', value: peerP99Ms, unit: 'ms' })
  report({
    name: 'GET ÷ PocketBase, requests/s',
    value: perSecond / peerPerSecond,
    unit: '×',
    bar: { kind: 'least', value: 3 },
  })
  report({ name: 'GET ÷ PocketBase, p99', value: p99Ms / peerP99Ms, unit: '×', bar: { kind: 'most', value: 1 } })
}

import { run } from './load.ts'
import { median } from './page.ts'
import type { Peer } from './pocketbase.ts'
import { report } from './report.ts'
import { type Demo, metricsToken, type Server } from './servers.ts'

const rounds = 3
const requests = 60_000
const clients = 500
/** The rate at which the event loop is watched, for a little longer than its window of half a minute. */
const steadyPerSecond = 10_000
const steadySeconds = 32

interface Poll {
  readonly capsule: string
  readonly version: number
  readonly block: string
  readonly choice: string
}

/** Poll responses, each acknowledged after its commit, beside PocketBase's creates; and the event loop meanwhile. */
export async function responses(server: Server, demo: Demo, peer: Peer | undefined): Promise<void> {
  const poll = await publishPoll(server, demo)
  const url = `${server.origin}/api/v1/capsules/${poll.capsule}/responses`
  const ours = []
  const theirs = []
  const peerBody = () => ({ capsule: 'cap_1', block: 'poll', value: '["a"]' })
  const peerBodies = await bodiesFile(server.folder, 'peer', peerBody, requests)
  let accepted = 0
  for (let round = 0; round < rounds; round++) {
    if (peer !== undefined) {
      const load = {
        url: peer.create,
        seconds: 0,
        requests: 10_000,
        connections: clients,
        method: 'POST',
        bodies: peerBodies,
      }
      theirs.push(await run(load))
    }
    const bodies = await bodiesFile(server.folder, `round-${round}`, answer(poll, String(round)), requests)
    const measured = await run({ url, seconds: 0, requests, connections: clients, method: 'POST', bodies })
    accepted += measured.statuses['201'] ?? 0
    ours.push(measured)
  }
  const steady = await run({
    url,
    seconds: steadySeconds,
    connections: clients,
    method: 'POST',
    perSecondMax: steadyPerSecond,
    bodies: await bodiesFile(server.folder, 'steady', answer(poll, 'steady'), steadyPerSecond * steadySeconds),
  })
  accepted += steady.statuses['201'] ?? 0
  const loopMs = await eventLoopP99(server)
  const perSecond = median(ours.map((one) => one.perSecond))
  report({
    name: `responses acknowledged, ${clients} clients`,
    value: perSecond,
    unit: '/s',
    bar: { kind: 'least', value: 10_000 },
  })
  report({ name: 'responses, p99', value: median(ours.map((one) => one.p99Ms)), unit: 'ms' })
  report({ name: `responses at ${steadyPerSecond}/s: acknowledged`, value: steady.perSecond, unit: '/s' })
  report({ name: `responses at ${steadyPerSecond}/s: p99`, value: steady.p99Ms, unit: 'ms' })
  report({
    name: `event loop delay p99 at ${steadyPerSecond} responses/s`,
    value: loopMs,
    unit: 'ms',
    bar: { kind: 'most', value: 5 },
  })
  const stored = await storedTotal(server, demo, poll)
  report({
    name: 'responses stored ÷ acknowledged',
    value: stored / accepted,
    unit: '×',
    bar: { kind: 'least', value: 1 },
  })
  if (theirs.length === 0) return
  const peerPerSecond = median(theirs.map((one) => one.perSecond))
  report({ name: 'PocketBase: creates', value: peerPerSecond, unit: '/s' })
  report({
    name: 'responses ÷ PocketBase creates',
    value: perSecond / peerPerSecond,
    unit: '×',
    bar: { kind: 'least', value: 3 },
  })
}

function answer(poll: Poll, name: string): (n: number) => object {
  return (n) => ({
    id: `bench-${name}-${String(n).padStart(12, '0')}`,
    version: poll.version,
    block: poll.block,
    value: [poll.choice],
  })
}

/** A body a line, with a few to spare for what was under way at the end. */
async function bodiesFile(folder: string, name: string, body: (n: number) => object, count: number): Promise<string> {
  const path = `${folder}/${name}.jsonl`
  await Bun.write(path, Array.from({ length: count + clients }, (_, n) => JSON.stringify(body(n))).join('\n'))
  return path
}

async function publishPoll(server: Server, demo: Demo): Promise<Poll> {
  const headers = { authorization: `Bearer ${demo.apiKey}`, 'content-type': 'application/json' }
  const post = async (path: string, body?: object) => {
    const answer = await fetch(server.origin + path, {
      method: 'POST',
      headers,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`)
    return (await answer.json()) as { id: string; version: number }
  }
  const choices = [
    { id: 'tea', text: 'Tea' },
    { id: 'coffee', text: 'Coffee' },
  ]
  const block = { id: 'drink', type: 'poll', question: 'Tea or coffee?', choices, oncePerVisitor: false }
  const draft = { format: 1, pages: [{ id: 'start', blocks: [block] }] }
  const capsule = await post('/api/v1/capsules', { title: `Bench poll ${Date.now()}`, draft })
  const publication = await post(`/api/v1/capsules/${capsule.id}/publication`)
  return { capsule: capsule.id, version: publication.version, block: 'drink', choice: 'tea' }
}

async function storedTotal(server: Server, demo: Demo, poll: Poll): Promise<number> {
  const answer = await fetch(`${server.origin}/api/v1/capsules/${poll.capsule}/results`, {
    headers: { authorization: `Bearer ${demo.apiKey}` },
  })
  const text = await answer.text()
  const total = /"total":(\d+)/.exec(text)?.[1]
  if (total === undefined) throw new Error(`No total in ${text.slice(0, 300)}`)
  return Number(total)
}

async function eventLoopP99(server: Server): Promise<number> {
  const answer = await fetch(`${server.origin}/metrics`, { headers: { authorization: `Bearer ${metricsToken}` } })
  const text = await answer.text()
  const seconds =
    /^\S*event_?loop\S*p99\S*\s+(\S+)$/m.exec(text)?.[1] ?? /^\S*event_?loop\S*0\.99\S*\s+(\S+)$/m.exec(text)?.[1]
  if (seconds === undefined) throw new Error('No event-loop p99 among the metrics.')
  return Number(seconds) * 1_000
}

/** `./scripts/bench [names…]`: figures beside a named peer or the bare runtime in the same run; writes dist/bench.json. */
import { ai } from './ai.ts'
import { extracts } from './ai-extract.ts'
import { executable } from './binary.ts'
import { burst } from './burst.ts'
import { chats } from './chats.ts'
import { editing } from './editing.ts'
import { films } from './film.ts'
import { live } from './live.ts'
import { liveCycles } from './live-cycles.ts'
import { media } from './media.ts'
import { observing } from './observing.ts'
import { page } from './page.ts'
import { startPeer } from './pocketbase.ts'
import { record } from './record.ts'
import { finish } from './report.ts'
import { responses } from './responses.ts'
import { scale } from './scale.ts'
import { binary, demo, encapsify, remove, temporaryFolder } from './servers.ts'
import { behindProxy, visitsAccepted } from './visits.ts'
import { dashboard, fillVisits } from './visits-dashboard.ts'

const known = [
  'binary',
  'page',
  'record',
  'responses',
  'live',
  'cycles',
  'media',
  'film',
  'burst',
  'observing',
  'scale',
  'answers',
  'ai',
  'chats',
  'visits',
  'dashboard',
  'editing',
] as const
const wanted = process.argv.slice(2)
const unknown = wanted.find((name) => !(known as readonly string[]).includes(name))
if (unknown !== undefined) {
  console.error(`There is no benchmark ${unknown}: ${known.join(', ')}.`)
  process.exit(2)
}
const wants = (name: (typeof known)[number]) => wanted.length === 0 || wanted.includes(name)

const folder = temporaryFolder()
try {
  const port = 3_910
  const made = await demo(folder, port)
  if (wants('binary')) await executable(folder)
  if (wants('page') || wants('record') || wants('responses') || wants('media') || wants('film') || wants('editing')) {
    await using server = await encapsify(folder, port)
    if (wants('page')) await page(server, made)
    if (wants('media')) await media(server, made.apiKey)
    if (wants('film')) await films(server, made.apiKey)
    if (wants('editing')) await editing(server, made)
    if (wants('record') || wants('responses')) {
      await using stack = new AsyncDisposableStack()
      const peer = await startPeer(folder)
      if (peer !== undefined) stack.use(peer)
      if (wants('record')) await record(server, made, peer)
      if (wants('responses')) await responses(server, made, peer)
    }
  }
  if (wants('burst')) await burst()
  if (wants('observing')) await observing(binary)
  if (wants('live')) await live(folder, made)
  if (wants('cycles')) await liveCycles(folder, made)
  if (wants('scale')) await scale()
  if (wants('visits')) {
    await using server = await encapsify(folder, port, behindProxy)
    await visitsAccepted(server, made)
  }
  if (wants('dashboard')) {
    const capsule = await fillVisits(folder, made)
    await using server = await encapsify(folder, port)
    await dashboard(server, made, capsule)
  }
  if (wants('answers')) {
    await using server = await encapsify(folder, port, behindProxy)
    await extracts(server, made)
  }
  if (wants('chats')) await chats()
  if (wants('ai')) await ai()
  if ((await finish()) > 0) process.exitCode = 1
} finally {
  remove(folder)
}

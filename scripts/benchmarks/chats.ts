/**
 * Whether capsules' chats have content within three seconds, whatever providers do: 10,000 questions to the compiled binary over
 * loopback, in front of two providers whose faults are drawn from a seed. `bun scripts/benchmarks/chats.ts [seed] [questions]` measures alone.
 */
import { seeded } from '../../modules/ai/testing/virtual-clock.ts'
import { percentile } from '../budgets/budgets.ts'
import { provider } from './chats-provider.ts'
import { type Figure, report as reportFigure } from './report.ts'
import { cpuMs, type Demo, demo, encapsify, remove, temporaryFolder } from './servers.ts'
import { behindProxy } from './visits.ts'

const usual = { seed: 20_261_124, questions: 10_000 }
/** Visitors a second, reached little by little: a server that has just begun compiles what it runs. */
const aSecond = { first: 10, most: 75 }
const rampS = 15
const atOnceMax = 500
const port = 3_913
/** What is promised. */
const contentMsMax = 3_000
/** Whoever asks longer than this has no end. */
const endMsMax = 60_000
const asked = [
  'What happened on the second evening?',
  'Who is this for, and what does it cost?',
  'How does the light come on?',
  'Wer hat das gebaut?',
  'What is the capital of Australia?',
]

/** What one visitor saw. */
interface Seen {
  readonly firstMs: number | undefined
  readonly source: string | undefined
  /** Undefined: it ended as it should, with an answer. */
  readonly fault: string | undefined
}

/** Runs the measurement in a process of its own: its client needs more requests under way than fetch has room for. */
export async function chats(seed = usual.seed, questions = usual.questions): Promise<void> {
  const child = Bun.spawn([process.execPath, import.meta.path, 'measure', String(seed), String(questions)], {
    stdout: 'pipe',
    stderr: 'inherit',
    env: { ...process.env, BUN_CONFIG_MAX_HTTP_REQUESTS: '4000' },
  })
  for (const line of (await new Response(child.stdout).text()).trim().split('\n')) {
    if (line.startsWith('{')) reportFigure(JSON.parse(line) as Figure)
  }
  if ((await child.exited) !== 0) throw new Error('The measurement of the chats failed.')
}

if (import.meta.main) {
  const [role, ...numbers] = process.argv.slice(2)
  if (role === 'provider') provider(Number(numbers[0]))
  else if (role === 'measure') await measure(Number(numbers[0]), Number(numbers[1]))
  else await chats(Number(role ?? usual.seed), Number(numbers[0] ?? usual.questions))
}

async function measure(seed: number, questions: number): Promise<void> {
  const folder = temporaryFolder()
  await using stack = new AsyncDisposableStack()
  stack.defer(() => remove(folder))
  const providers = [stack.use(await faulty(seed)), stack.use(await faulty(seed + 1))]
  const config = {
    providers: Object.fromEntries(providers.map(({ url }, n) => [`p${n}`, { url: `${url}/v1`, key: 'sk-mock' }])),
    models: { talk: { routes: providers.map((_, n) => ({ provider: `p${n}`, model: 'talk' })) } },
    chat: 'talk',
  }
  const env = { ...behindProxy, ENCAPSIFY_AI_PROVIDERS: JSON.stringify(config) }
  await using server = await encapsify(folder, port, env)
  // By the running server, which indexes what it publishes at once.
  const { capsules } = await demo(folder, port)
  const [startedMs, startedCpuMs] = [performance.now(), cpuMs(server.pid)]
  const seen = await askAll(server.origin, capsules, seeded(seed), questions)
  const tookS = (performance.now() - startedMs) / 1_000
  const drawn = await Promise.all(providers.map(async ({ url }) => (await fetch(url)).json() as Promise<Counts>))
  tell(seen, drawn)
  report({ name: `${seen.length.toLocaleString('en')} chats: all of them`, value: tookS, unit: 's' })
  const eachMs = (cpuMs(server.pid) - startedCpuMs) / seen.length
  report({ name: 'the server’s CPU for a chat', value: eachMs, unit: 'ms' })
}

type Counts = Readonly<Record<string, number>>

function tell(seen: readonly Seen[], drawn: readonly Counts[]): void {
  const firsts = seen.map(({ firstMs }) => firstMs ?? endMsMax)
  const inTime = firsts.filter((ms) => ms <= contentMsMax).length
  const share = (of: string) => (100 * seen.filter(({ source }) => source === of).length) / seen.length
  const name = `${seen.length.toLocaleString('en')} chats`
  report({
    ...{ name: `${name}: with content within 3 s`, value: (100 * inTime) / seen.length, unit: '%' },
    bar: { kind: 'least', value: 100 },
  })
  report({ name: `${name}: slowest first content`, value: percentile(firsts, 1), unit: 'ms' })
  report({ name: `${name}: first content, p50`, value: percentile(firsts, 0.5), unit: 'ms' })
  report({ name: `${name}: first content, p99`, value: percentile(firsts, 0.99), unit: 'ms' })
  const faults = seen.flatMap(({ fault }) => (fault === undefined ? [] : [fault]))
  const bar = { kind: 'most', value: 0 } as const
  report({ name: `${name}: without a whole end`, value: faults.length, unit: '', bar, note: faults[0] ?? '' })
  report({ name: `${name}: answered by a provider`, value: share('provider'), unit: '%' })
  report({ name: `${name}: a provider broke off, the page went on`, value: share('both'), unit: '%' })
  report({ name: `${name}: answered by quotation`, value: share('extract'), unit: '%' })
  for (const fault of Object.keys(drawn[0] ?? {})) {
    const value = drawn.reduce((sum, counts) => sum + (counts[fault] ?? 0), 0)
    report({ name: `${name}: a provider ${fault}`, value, unit: 'calls' })
  }
}

/** Visitors come at random, so many a second; each is new, from an address of its own, and has one question. */
async function askAll(
  origin: string,
  capsules: Demo['capsules'],
  random: () => number,
  questions: number,
): Promise<Seen[]> {
  const seen: Seen[] = []
  const underWay = new Set<Promise<void>>()
  const startedMs = performance.now()
  for (let n = 0; n < questions; n++) {
    const share = Math.min(1, (performance.now() - startedMs) / (rampS * 1_000))
    await Bun.sleep((-Math.log(1 - random()) * 1_000) / (aSecond.first + share * (aSecond.most - aSecond.first)))
    while (underWay.size >= atOnceMax) await Promise.race(underWay)
    const capsule = capsules[n % capsules.length]?.id ?? ''
    const question = asked[Math.floor(random() * asked.length)] ?? ''
    const asking: Promise<void> = ask(origin, capsule, question, n).then((one) => {
      seen.push(one)
      underWay.delete(asking)
    })
    underWay.add(asking)
  }
  await Promise.all(underWay)
  return seen
}

async function ask(origin: string, capsule: string, question: string, n: number): Promise<Seen> {
  const sentMs = performance.now()
  let firstMs: number | undefined
  let source: string | undefined
  try {
    const answer = await fetch(`${origin}/api/v1/capsules/${capsule}/questions`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'fly-client-ip': `10.${(n >> 16) & 255}.${(n >> 8) & 255}.${n & 255}`,
      },
      body: JSON.stringify({ question }),
      signal: AbortSignal.timeout(endMsMax),
    })
    if (!answer.ok || answer.body === null) return { firstMs, source, fault: `status ${answer.status}` }
    let text = ''
    for await (const chunk of answer.body.pipeThrough(new TextDecoderStream())) {
      text += chunk
      if (firstMs === undefined && /event: words\ndata: \{"text":"\s*[^"\s]/.test(text))
        firstMs = performance.now() - sentMs
    }
    const end = /event: end\ndata: (.*)\n\n$/.exec(text)?.[1]
    if (end === undefined) return { firstMs, source, fault: `no end: ${text.slice(-100)}` }
    const told = JSON.parse(end) as { source: string; html: string }
    source = told.source
    return { firstMs, source, fault: told.html === '' ? 'an empty answer' : undefined }
  } catch (error) {
    return { firstMs, source, fault: String(error) }
  }
}

/** A provider in a process of its own. */
async function faulty(seed: number): Promise<AsyncDisposable & { readonly url: string }> {
  const { BUN_CONFIG_MAX_HTTP_REQUESTS: _, ...env } = process.env
  const child = Bun.spawn([process.execPath, import.meta.path, 'provider', String(seed)], {
    stdout: 'pipe',
    stderr: 'inherit',
    env,
  })
  const { value } = await child.stdout.getReader().read()
  return {
    url: new TextDecoder().decode(value).trim(),
    async [Symbol.asyncDispose]() {
      child.kill()
      await child.exited
    },
  }
}

function report(figure: Figure): void {
  console.log(JSON.stringify(figure))
}

import { readdirSync, readFileSync } from 'node:fs'
import { freePort } from '../../test/binary/server.ts'
import { OtlpReceiver } from '../../test/fixtures/otlp-receiver.ts'
import { run } from './load.ts'
import { median } from './page.ts'
import { report } from './report.ts'
import { demo, remove, type Server, start, temporaryFolder } from './servers.ts'

const rounds = Number(Bun.env.BENCH_ROUNDS ?? 20)
/** Short and many: what else the machine does meets both of a pair. */
const seconds = 0.8
const warmUpSeconds = 3
const connections = 16
/** One in a hundred of them is less than the traces that may begin in a second (tracer.ts): 1 % is what is recorded. */
const requestsPerSecond = 8_000

/**
 * What observing costs, as CPU a request (proc(5)), interleaved and in pairs whose order changes: traces at 1 % sent to a collector over
 * none sent; and, when they are named, over executables of the same code that do less: `BENCH_BARE` neither measures nor traces,
 * `BENCH_UNTRACED` measures and knows no tracer. Medians of the pairs' ratios.
 */
export async function observing(binary: string): Promise<void> {
  const receiver = new OtlpReceiver()
  const folders: string[] = []
  await using stack = new AsyncDisposableStack()
  type Opened = Awaited<ReturnType<typeof open>>
  const open = async (executable: string, port: number, env: Record<string, string>) => {
    const folder = temporaryFolder()
    folders.push(folder)
    const made = await demo(folder, port)
    const command = [executable, 'serve', '--data', folder, '--port', String(port), '--host', '127.0.0.1']
    const server = stack.use(
      await start(command, {
        port,
        folder,
        ready: '/health/ready',
        env: { ENCAPSIFY_URL: `http://localhost:${port}`, ...env },
      }),
    )
    return { server, made }
  }
  try {
    const off = await open(binary, freePort(), {})
    const on = await open(binary, freePort(), { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.origin })
    const others = {
      bare: Bun.env.BENCH_BARE === undefined ? undefined : await open(Bun.env.BENCH_BARE, freePort(), {}),
      untraced: Bun.env.BENCH_UNTRACED === undefined ? undefined : await open(Bun.env.BENCH_UNTRACED, freePort(), {}),
    }
    for (const what of ['page', 'api'] as const) {
      const cost = (one: Opened, forS: number) => costOf(one.server, what, one.made, forS)
      const kinds = { on, off, ...others }
      const costs = new Map<string, number[]>()
      for (let round = -1; round < rounds; round++) {
        const order = Object.entries(kinds)
        for (const [kind, opened] of round % 2 === 0 ? order : order.toReversed()) {
          if (opened === undefined) continue
          const its = costs.get(kind) ?? []
          costs.set(kind, its)
          const measured = await cost(opened, round < 0 ? warmUpSeconds : seconds)
          // The first round compiles the code.
          if (round >= 0) its.push(measured)
        }
      }
      const pairs = (over: string, under: string) =>
        (costs.get(over) ?? []).map((value, at) => value / (costs.get(under)?.[at] ?? Number.NaN))
      const tell = (name: string, ratios: readonly number[], most: number) =>
        report({
          name: `${what}: ${name}, CPU`,
          value: median([...ratios]),
          unit: '×',
          digits: 3,
          bar: { kind: 'most', value: most },
          note: `pairs from ${Math.min(...ratios).toFixed(3)} to ${Math.max(...ratios).toFixed(3)}`,
        })
      report({ name: `${what}: CPU a request, no collector`, value: median(costs.get('off') ?? []), unit: 'µs' })
      tell('traces at 1 % ÷ none', pairs('on', 'off'), 1.05)
      if (others.bare !== undefined) tell('metrics and traces at 1 % ÷ nothing observed', pairs('on', 'bare'), 1.05)
      if (others.untraced !== undefined) tell('tracing off ÷ no tracer', pairs('off', 'untraced'), 1.005)
    }
  } finally {
    await stack.disposeAsync()
    receiver.close()
    for (const folder of folders) remove(folder)
  }
}

async function costOf(server: Server, what: 'page' | 'api', made: Awaited<ReturnType<typeof demo>>, seconds: number) {
  const capsule = made.capsules[0]
  const url =
    what === 'page'
      ? server.origin + new URL(capsule?.url ?? '').pathname
      : `${server.origin}/api/v1/capsules/${capsule?.id}`
  const headers = what === 'page' ? ['accept-encoding: identity'] : [`authorization: Bearer ${made.apiKey}`]
  const before = cpuMicroseconds(server.pid)
  const { statuses } = await run({ url, seconds, connections, headers, perSecondMax: requestsPerSecond })
  const answered = Object.values(statuses).reduce((sum, count) => sum + count, 0)
  return (cpuMicroseconds(server.pid) - before) / answered
}

/** By nanoseconds and not by ticks of a hundredth of a second, which would be a fortieth of what is measured. */
function cpuMicroseconds(pid: number): number {
  const threads = readdirSync(`/proc/${pid}/task`).map((thread) => `/proc/${pid}/task/${thread}/schedstat`)
  return threads.reduce((sum, path) => sum + Number(readFileSync(path, 'utf8').split(' ')[0]), 0) / 1_000
}

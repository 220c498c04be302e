import { freePort } from '../../test/binary/server.ts'
import { OtlpReceiver } from '../../test/fixtures/otlp-receiver.ts'
import { run } from './load.ts'
import { median } from './page.ts'
import { report } from './report.ts'
import { cpuMs, demo, remove, type Server, start, temporaryFolder } from './servers.ts'

const rounds = Number(Bun.env.BENCH_ROUNDS ?? 8)
const seconds = 2
const connections = 16

/**
 * What observing costs: CPU a request with traces at 1 % sent to a collector, over CPU without one; and, when
 * `BENCH_BASELINE` names an executable from before, CPU without a collector over that one's. Interleaved, medians of pairs.
 */
export async function observing(binary: string): Promise<void> {
  const receiver = new OtlpReceiver()
  const folders: string[] = []
  await using stack = new AsyncDisposableStack()
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
    const baseline = Bun.env.BENCH_BASELINE
    const before = baseline === undefined ? undefined : await open(baseline, freePort(), {})
    for (const what of ['page', 'api'] as const) {
      const ratios = { on: [] as number[], off: [] as number[] }
      const costs: number[] = []
      for (let round = 0; round < rounds; round++) {
        const cost = (one: Awaited<ReturnType<typeof open>>) => costOf(one.server, what, one.made)
        const without = await cost(off)
        costs.push(without)
        ratios.on.push((await cost(on)) / without)
        if (before !== undefined) ratios.off.push(without / (await cost(before)))
      }
      const spread = (values: readonly number[]) =>
        `pairs from ${Math.min(...values).toFixed(3)} to ${Math.max(...values).toFixed(3)}`
      report({ name: `${what}: CPU a request, no collector`, value: median(costs), unit: 'µs' })
      report({
        name: `${what}: traces at 1 % ÷ none, CPU`,
        value: median(ratios.on),
        unit: '×',
        bar: { kind: 'most', value: 1.05 },
        note: spread(ratios.on),
      })
      if (before !== undefined) {
        report({
          name: `${what}: none ÷ the binary before, CPU`,
          value: median(ratios.off),
          unit: '×',
          bar: { kind: 'most', value: 1.005 },
          note: spread(ratios.off),
        })
      }
    }
  } finally {
    await stack.disposeAsync()
    receiver.close()
    for (const folder of folders) remove(folder)
  }
}

async function costOf(server: Server, what: 'page' | 'api', made: Awaited<ReturnType<typeof demo>>): Promise<number> {
  const capsule = made.capsules[0]
  const url =
    what === 'page'
      ? server.origin + new URL(capsule?.url ?? '').pathname
      : `${server.origin}/api/v1/capsules/${capsule?.id}`
  const headers = what === 'page' ? ['accept-encoding: identity'] : [`authorization: Bearer ${made.apiKey}`]
  const beforeMs = cpuMs(server.pid)
  const measured = await run({ url, seconds, connections, headers })
  return ((cpuMs(server.pid) - beforeMs) * 1_000) / (measured.perSecond * seconds)
}

import { statSync } from 'node:fs'
import { median } from './page.ts'
import { report } from './report.ts'
import { binary, encapsify, rssMiB } from './servers.ts'

/** What the executable costs: its size, the time from nothing to the first 200, and its memory when idle. */
export async function executable(folder: string): Promise<void> {
  const starts: number[] = []
  let rss = 0
  for (let n = 0; n < 7; n++) {
    await using server = await encapsify(folder, 3_913)
    starts.push(server.coldStartMs)
    await Bun.sleep(1_000)
    rss = rssMiB(server.pid)
  }
  report({ name: 'binary size', value: statSync(binary).size / 1e6, unit: 'MB', bar: { kind: 'most', value: 150 } })
  report({ name: 'cold start to the first 200', value: median(starts), unit: 'ms', bar: { kind: 'most', value: 150 } })
  report({ name: 'idle RSS', value: rss, unit: 'MiB', bar: { kind: 'most', value: 100 } })
}

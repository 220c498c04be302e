import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { PageDisk } from '../../src/cache/page-disk.ts'
import { PageCache } from '../../src/cache/pages.ts'
import { temporaryFolder } from '../benchmarks/servers.ts'
import { type Budgets, percentile } from './budgets.ts'
import { Zipf } from './zipf.ts'

const capsules = 100_000
const memoryBytes = 128 * 1_048_576
const diskBytes = 1_024 * 1_048_576
const requestsToFill = 500_000
const requestsMeasured = 200_000
/** A change a second, at 2,000 requests a second. */
const requestsPerChange = 2_000
const requestsPerPause = 500
const paced = 4_000
const seed = 20_260_101

/**
 * The cache itself, asked as a Zipf mix asks it: pages of the demo's sizes (each its own), a change every second, which is
 * warm again afterwards, as in the server.
 */
export async function hitRate(budgets: Budgets, pages: readonly string[]): Promise<void> {
  const folder = temporaryFolder()
  try {
    const disk = new PageDisk({
      folder: join(folder, 'pages'),
      bytesMax: diskBytes,
      generation: 'simulation',
      provenance: { now: () => ({}), since: async () => undefined },
    })
    const cache = new PageCache(memoryBytes, { store: disk })
    const mix = new Zipf(capsules, seed)
    const render = (n: number) => ({
      body: `${pages[n % pages.length]}<!-- ${n} -->`,
      headers: { 'content-type': 'text/html; charset=utf-8', 'cache-tag': `capsule:${n}` },
      tags: [`capsule:${n}`],
    })
    const request = new Request('http://localhost/', { headers: { 'accept-encoding': 'gzip, br, zstd' } })
    const ask = async (times: number) => {
      for (let n = 0; n < times; n++) {
        const capsule = mix.next()
        const key = `/demo/capsule-${capsule}`
        if (cache.answer(key, request) === undefined) await cache.answerOrRender(key, request, () => render(capsule))
        // Requests come with pauses between them, in which the disk is written; here they would come without one.
        if (n % requestsPerPause === 0) await disk.idle()
        if (n % requestsPerChange === 0) {
          const changed = mix.next()
          cache.evictTag(`capsule:${changed}`)
          await cache.warm(`/demo/capsule-${changed}`, () => render(changed), 1)
        }
      }
    }
    await ask(requestsToFill)
    await disk.idle()
    const before = { ...cache.counts }
    await ask(requestsMeasured)
    const [hits, fromDisk, misses] = [
      cache.counts.hits - before.hits,
      cache.counts.diskHits - before.diskHits,
      cache.counts.misses - before.misses,
    ]
    const all = hits + fromDisk + misses
    const rssMiB = Math.round(process.memoryUsage.rss() / 1_048_576)
    budgets.report('hitRateMemory', hits / all, `${cache.size} pages; ${rssMiB} MiB resident, with the simulation`)
    budgets.report('hitRateDisk', (hits + fromDisk) / all, `${disk.size} pages on the disk`)
    budgets.report('warmPageP99Ms', await pacedP99Ms(cache, mix, request), 'cache alone, all hits of the mix')
    await disk.close()
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** What a hit takes, one each half millisecond. */
async function pacedP99Ms(cache: PageCache, mix: Zipf, request: Request): Promise<number> {
  const took: number[] = []
  const startedMs = performance.now()
  for (let n = 0; n < paced; n++) {
    while (performance.now() - startedMs < n / 2) await new Promise((resolve) => setImmediate(resolve))
    const key = `/demo/capsule-${mix.next()}`
    const beforeMs = performance.now()
    const answered = cache.answer(key, request)
    if (answered !== undefined) took.push(performance.now() - beforeMs)
  }
  return percentile(took, 0.99)
}

import { readdir, readFile } from 'node:fs/promises'
import { setPriority } from 'node:os'

/** About a tenth of the share of a thread that has the usual rank. */
const rank = 10
const known = new Set<string>()
/** libvips makes its threads a moment after a task has begun. */
const looksAfterMs = [2, 15, 60] as const
let looking = false

/** Looks for new threads now and a few times after, once however many tasks begin meanwhile. */
export function lowerSoon(onError: (error: unknown) => void): void {
  if (looking) return
  looking = true
  lowerNow()
    .catch(onError)
    .finally(() => {
      looking = false
    })
}

async function lowerNow(): Promise<void> {
  for (const ms of looksAfterMs) {
    await new Promise<void>((resolve) => void setTimeout(resolve, ms).unref())
    await lowerWorkers()
  }
}

/**
 * Lets the thread that answers HTTP go before those in which libvips works: on Linux each thread has a rank of its own
 * (setpriority(2), notes), and they are known by their names: libvips' own, and those of Bun's pool, in which whole pictures are
 * encoded. Files are read in that pool too; what matters of pages lies in memory. Elsewhere it does nothing.
 */
async function lowerWorkers(): Promise<void> {
  const threads = await readdir('/proc/self/task').catch((): string[] => [])
  for (const id of threads) {
    if (known.has(id)) continue
    known.add(id)
    try {
      const name = await readFile(`/proc/self/task/${id}/comm`, 'utf8')
      if (/^(libvips|Bun Pool)/.test(name)) setPriority(Number(id), rank)
    } catch {
      // It has ended already.
    }
  }
  const alive = new Set(threads)
  for (const id of known) if (!alive.has(id)) known.delete(id)
}

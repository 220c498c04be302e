import { readdir, readFile } from 'node:fs/promises'
import { setPriority } from 'node:os'

/** About a tenth of the share of a thread that has the usual rank. */
const rank = 10
const known = new Set<string>()

/**
 * Lets the thread that answers HTTP go before those in which libvips works: on Linux each thread has a rank of its own
 * (setpriority(2), notes), and its threads are known by their name. Elsewhere it does nothing.
 */
export async function lowerWorkers(): Promise<void> {
  const threads = await readdir('/proc/self/task').catch((): string[] => [])
  for (const id of threads) {
    if (known.has(id)) continue
    known.add(id)
    try {
      const name = await readFile(`/proc/self/task/${id}/comm`, 'utf8')
      if (name.startsWith('libvips')) setPriority(Number(id), rank)
    } catch {
      // It has ended already.
    }
  }
  const alive = new Set(threads)
  for (const id of known) if (!alive.has(id)) known.delete(id)
}

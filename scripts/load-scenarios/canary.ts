/** What one visitor saw, who asks a few times a second while the crowd is there. */
export interface CanaryFigures {
  /** Of pages from memory. */
  readonly pages: number
  readonly pageP99Ms: number
  /** Of refusals, 503 and 429. */
  readonly shed: number
  readonly shedP99Ms: number
  readonly shedMute: number
}

interface Seen {
  readonly atS: number
  readonly kind: 'page' | 'shed'
  readonly ms: number
  readonly mute: boolean
}

/** A page every so many milliseconds, and every second time a read of the API, which may be refused. */
const everyMs = 20
const pathsMax = 100

/**
 * The crowd's client is starved by the crowd itself: on two cores it measures its own queue. So the crowd is sent at a lower
 * priority, and latencies are taken by a client of one connection at a time that asks for little.
 */
export class Canary {
  readonly #seen: Seen[] = []
  readonly #beganMs = performance.now()
  readonly #timer: ReturnType<typeof setInterval>
  #asked = 0

  constructor(
    private readonly site: { readonly origin: string; readonly apiKey: string; readonly capsules: readonly string[] },
  ) {
    this.#timer = setInterval(() => void this.#ask(), everyMs)
  }

  /** What was seen between two moments, in seconds since the beginning. */
  figures(fromS: number, toS: number): CanaryFigures {
    const seen = this.#seen.filter(({ atS }) => atS >= fromS && atS < toS)
    const of = (kind: Seen['kind']) => seen.filter((one) => one.kind === kind).map(({ ms }) => ms)
    return {
      pages: of('page').length,
      pageP99Ms: p99(of('page')),
      shed: of('shed').length,
      shedP99Ms: p99(of('shed')),
      shedMute: seen.filter(({ mute }) => mute).length,
    }
  }

  close(): void {
    clearInterval(this.#timer)
  }

  async #ask(): Promise<void> {
    const { origin, apiKey, capsules } = this.site
    const [id, path] = (capsules[this.#asked % pathsMax] ?? '').split(' ')
    const isPage = this.#asked++ % 2 === 0
    const startedMs = performance.now()
    const answer = await fetch(
      isPage ? origin + path : `${origin}/api/v1/capsules/${id}`,
      isPage ? {} : { headers: { authorization: `Bearer ${apiKey}` } },
    ).catch(() => undefined)
    const ms = performance.now() - startedMs
    await answer?.arrayBuffer()
    if (answer === undefined) return
    const shed = answer.status === 503 || answer.status === 429
    if (!shed && !(answer.headers.get('cache-status') ?? '').includes('; hit')) return
    this.#seen.push({
      atS: (startedMs - this.#beganMs) / 1_000,
      kind: shed ? 'shed' : 'page',
      ms,
      mute: shed && !answer.headers.has('retry-after'),
    })
  }
}

function p99(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * 0.99))] ?? 0
}

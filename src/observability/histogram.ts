/** Seconds. The objectives' thresholds (2, 5, 20, 250 ms, 3 s) are bounds of buckets, so that their share is counted and not guessed. */
export const latencyBoundsS: readonly number[] = [
  0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5, 10,
]

/** A trace that shows what an observation was. */
export interface Exemplar {
  readonly traceId: string
  readonly value: number
  readonly atMs: number
}

/** The observations under one combination of labels. */
export class Series {
  /** One more than there are bounds: the last is for what exceeds them all. Not cumulative. */
  readonly counts: Float64Array
  readonly exemplars: (Exemplar | undefined)[] = []
  sum = 0

  constructor(
    readonly labels: readonly string[],
    private readonly bounds: readonly number[],
  ) {
    this.counts = new Float64Array(bounds.length + 1)
  }

  observe(value: number, traceId?: string): void {
    const { bounds } = this
    let at = 0
    while (at < bounds.length && value > (bounds[at] ?? 0)) at++
    this.counts[at] = (this.counts[at] ?? 0) + 1
    this.sum += value
    if (traceId !== undefined) this.exemplars[at] = { traceId, value, atMs: Date.now() }
  }

  get count(): number {
    return this.counts.reduce((total, count) => total + count, 0)
  }
}

export interface HistogramOptions {
  readonly name: string
  readonly help: string
  readonly labels?: readonly string[]
  readonly bounds?: readonly number[]
  /** Combinations of labels; what comes after is counted together under `other`. */
  readonly seriesMax?: number
}

const seriesMaxDefault = 400

/** A distribution by labels. However many values labels are given, the number of series is bounded. */
export class Histogram {
  readonly name: string
  readonly help: string
  readonly labels: readonly string[]
  readonly bounds: readonly number[]
  readonly #series = new Map<string, Series>()
  readonly #seriesMax: number
  /** Observations that were counted under `other` because there were too many combinations. */
  overflowed = 0

  constructor(options: HistogramOptions) {
    this.name = options.name
    this.help = options.help
    this.labels = options.labels ?? []
    this.bounds = options.bounds ?? latencyBoundsS
    this.#seriesMax = options.seriesMax ?? seriesMaxDefault
  }

  get series(): Iterable<Series> {
    return this.#series.values()
  }

  /** The series of these values, in the order of `labels`. Worth keeping where one is observed often. */
  of(...values: string[]): Series {
    const key = values.join('\n')
    const known = this.#series.get(key)
    if (known !== undefined) return known
    if (this.#series.size >= this.#seriesMax) {
      this.overflowed++
      return this.#make(
        'other',
        this.labels.map(() => 'other'),
      )
    }
    return this.#make(key, values)
  }

  #make(key: string, values: readonly string[]): Series {
    const known = this.#series.get(key)
    if (known !== undefined) return known
    const fresh = new Series(values, this.bounds)
    this.#series.set(key, fresh)
    return fresh
  }
}

/**
 * The value below which this share of the observations lies, by linear interpolation inside its bucket (as Prometheus'
 * `histogram_quantile`); undefined without observations. Beyond the last bound it is that bound.
 */
export function quantile(share: number, counts: ArrayLike<number>, bounds: readonly number[]): number | undefined {
  let total = 0
  for (let at = 0; at < counts.length; at++) total += counts[at] ?? 0
  if (total === 0) return undefined
  const rank = share * total
  let before = 0
  for (let at = 0; at < bounds.length; at++) {
    const here = counts[at] ?? 0
    if (before + here >= rank && here > 0) {
      const low = at === 0 ? 0 : (bounds[at - 1] ?? 0)
      return low + (((bounds[at] ?? 0) - low) * (rank - before)) / here
    }
    before += here
  }
  return bounds.at(-1)
}

/** A machine as the proxy knows it. */
export interface Machine {
  readonly id: string
  readonly app: string
  readonly region: string
  /** `http://address:port` of its service. */
  readonly origin: string
}

export interface Concurrency {
  /** From here on others are preferred. */
  readonly softLimit: number
  /** From here on nothing new is sent. */
  readonly hardLimit: number
}

export interface HealthCheck {
  readonly path: string
  readonly intervalMs: number
  readonly timeoutMs: number
}

/** What a request asks for; nothing: the nearest machine of the app. */
export interface Wish {
  readonly app: string
  readonly instance?: string
  readonly preferInstance?: string
  /** In order of preference, `any` is all. */
  readonly regions?: readonly string[]
  /** Whether regions outside of the list will not do. */
  readonly forced?: boolean
  readonly excluded?: ReadonlySet<string>
}

export type Choice = { readonly machine: Machine } | { readonly none: 'no_candidate' | 'full' }

/**
 * The machines, their health and load, and the choice between them: healthy, below the hard limit, in the wished region,
 * nearest, below the soft limit, least loaded (https://fly.io/docs/reference/load-balancing/). A region is left only when its
 * machines are unhealthy or at their hard limit.
 */
export class Machines {
  readonly #load = new Map<string, number>()
  readonly #failing = new Set<string>()
  #waiting: (() => void)[] = []
  machines: readonly Machine[] = []

  constructor(
    readonly concurrency: Concurrency,
    /** Distance in ms from the region of this proxy. */
    public distanceTo: (region: string) => number,
  ) {}

  choose(wish: Wish): Choice {
    const excluded = (machine: Machine) => wish.excluded?.has(machine.id) ?? false
    const fitting = this.machines.filter((machine) => machine.app === wish.app && !excluded(machine))
    // An instance that is named is reached whatever its health check says.
    if (wish.instance !== undefined) return this.#pick(fitting.filter(({ id }) => id === wish.instance))
    const healthy = fitting.filter(({ id }) => !this.#failing.has(id))
    if (wish.preferInstance !== undefined) {
      const preferred = this.#pick(healthy.filter(({ id }) => id === wish.preferInstance))
      if ('machine' in preferred) return preferred
    }
    for (const region of wish.regions ?? []) {
      const found = this.#pick(healthy.filter((machine) => region === 'any' || machine.region === region))
      if ('machine' in found) return found
    }
    return wish.forced === true ? { none: 'no_candidate' } : this.#pick(healthy)
  }

  #pick(machines: readonly Machine[]): Choice {
    if (machines.length === 0) return { none: 'no_candidate' }
    const load = ({ id }: Machine) => this.#load.get(id) ?? 0
    const free = machines.filter((machine) => load(machine) < this.concurrency.hardLimit)
    const [first] = free.toSorted(
      (a, b) =>
        this.distanceTo(a.region) - this.distanceTo(b.region) ||
        Number(load(a) >= this.concurrency.softLimit) - Number(load(b) >= this.concurrency.softLimit) ||
        load(a) - load(b),
    )
    return first === undefined ? { none: 'full' } : { machine: first }
  }

  /** Counts a request to a machine until the returned function is called. */
  enter(machine: Machine): () => void {
    const change = (by: number) => this.#load.set(machine.id, (this.#load.get(machine.id) ?? 0) + by)
    change(1)
    let inside = true
    return () => {
      if (!inside) return
      inside = false
      change(-1)
      this.#waiting.shift()?.()
    }
  }

  /** Resolves when a place may have become free, at the latest after so long. */
  async freed(withinMs: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const late = setTimeout(resolve, withinMs)
    this.#waiting.push(resolve)
    await promise
    clearTimeout(late)
    this.#waiting = this.#waiting.filter((one) => one !== resolve)
  }

  loadOf(id: string): number {
    return this.#load.get(id) ?? 0
  }

  isHealthy(id: string): boolean {
    return !this.#failing.has(id)
  }

  /** Looks at every machine once. */
  async check({ path, timeoutMs }: HealthCheck): Promise<void> {
    await Promise.all(
      this.machines.map(async ({ id, origin }) => {
        const answer = await fetch(origin + path, { signal: AbortSignal.timeout(timeoutMs) }).catch(() => undefined)
        await answer?.body?.cancel()
        if (answer?.ok) this.#failing.delete(id)
        else this.#failing.add(id)
      }),
    )
  }
}

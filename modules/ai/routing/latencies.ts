import type { Route } from '../config.ts'

/** How much the newest call says; about the last ten are remembered. */
const newestShare = 0.2

/** How soon each route has begun to answer of late. Streams and whole answers apart: nothing of the latter comes before all of it. */
export class Latencies {
  readonly #usualMs = new Map<string, number>()

  note(route: Route, streaming: boolean, tookMs: number): void {
    const key = keyOf(route, streaming)
    const known = this.#usualMs.get(key)
    this.#usualMs.set(key, known === undefined ? tookMs : known + newestShare * (tookMs - known))
  }

  /** Undefined: it has not answered yet. */
  of(route: Route, streaming: boolean): number | undefined {
    return this.#usualMs.get(keyOf(route, streaming))
  }
}

function keyOf({ provider, model }: Route, streaming: boolean): string {
  return `${provider.name}/${model}/${streaming}`
}

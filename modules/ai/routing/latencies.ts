import type { Provider, Route } from '../config.ts'

/** How much the newest call says; about the last ten are remembered. */
const newestShare = 0.2

/** How soon each route has begun to answer of late. Streams and whole answers apart: nothing of the latter comes before all of it. */
export class Latencies {
  /** A provider that is set up anew is another one. */
  readonly #usualMs = new WeakMap<Provider, Map<string, number>>()

  note(route: Route, streaming: boolean, tookMs: number): void {
    let ofProvider = this.#usualMs.get(route.provider)
    if (ofProvider === undefined) {
      ofProvider = new Map()
      this.#usualMs.set(route.provider, ofProvider)
    }
    const key = keyOf(route, streaming)
    const known = ofProvider.get(key)
    ofProvider.set(key, known === undefined ? tookMs : known + newestShare * (tookMs - known))
  }

  /** Undefined: it has not answered yet. */
  of(route: Route, streaming: boolean): number | undefined {
    return this.#usualMs.get(route.provider)?.get(keyOf(route, streaming))
  }
}

function keyOf({ model }: Route, streaming: boolean): string {
  return `${model}/${streaming}`
}

import type { ChartState, OpsState } from '../../state.ts'
import { say } from './acts.ts'
import { chart } from './charts.ts'
import { redraw } from './dom.ts'
import { drawSections } from './sections.ts'
import { drawTools } from './tools.ts'
import { bytes, clock, count, seconds, share, since } from './words.ts'

const everyMs = 2_000
const everyMsMax = 30_000

/** Asks for what is new every two seconds while somebody looks, and less often while the server does not answer. */
export class Live {
  readonly #at: number[] = []
  readonly #lines = new Map<string, (number | null)[]>()
  #names = new Set<string>()
  #failures = 0
  #timer: ReturnType<typeof setTimeout> | undefined

  start(): void {
    drawTools()
    document.addEventListener('visibilitychange', () => document.hidden || void this.#look())
    document.addEventListener('ops-changed', () => void this.#look())
    void this.#look()
  }

  async #look(): Promise<void> {
    clearTimeout(this.#timer)
    try {
      const answer = await fetch(`/ops/state?after=${this.#at.at(-1) ?? 0}`, { signal: AbortSignal.timeout(10_000) })
      if (answer.status === 401 || answer.status === 403) location.reload()
      if (!answer.ok) throw new Error(`The server answered ${answer.status}.`)
      this.#failures = 0
      this.#draw((await answer.json()) as OpsState)
    } catch {
      this.#failures++
      this.#connection('The server does not answer; these figures are old.')
    }
    if (!document.hidden) {
      this.#timer = setTimeout(() => void this.#look(), Math.min(everyMs * 2 ** this.#failures, everyMsMax))
    }
  }

  #draw(state: OpsState): void {
    this.#connection('')
    const { region, version, uptimeS, reasons } = state.node
    const ready = Object.keys(reasons).length === 0 ? 'ready' : `not ready: ${Object.values(reasons).join(', ')}`
    const place = document.getElementById('node')
    if (place !== null) {
      place.textContent = `${region} · ${ready} · version ${version} · up ${since(uptimeS * 1_000)} · ${clock(state.atMs)}`
    }
    this.#announce(state)
    drawSections(state)
    this.#keep(state.charts)
    this.#drawCharts()
  }

  /** A new alert is said; one that merely stays is not said again. */
  #announce({ alerts }: OpsState): void {
    const names = new Set(alerts.map(({ name }) => name))
    const fresh = [...names].filter((name) => !this.#names.has(name))
    const over = [...this.#names].filter((name) => !names.has(name))
    this.#names = names
    if (fresh.length > 0) say(`Alert: ${fresh.join(', ')}`)
    else if (over.length > 0) say(`Over: ${over.join(', ')}`)
    document.title = `${alerts.length > 0 ? `(${alerts.length}) ` : ''}Operations · Encapsify`
  }

  #keep({ atMs, lines, samplesMax }: ChartState): void {
    this.#at.push(...atMs)
    this.#at.splice(0, Math.max(0, this.#at.length - samplesMax))
    for (const [name, values] of Object.entries(lines)) {
      const line = this.#lines.get(name) ?? []
      line.push(...values)
      line.splice(0, Math.max(0, line.length - this.#at.length))
      this.#lines.set(name, line)
    }
  }

  #drawCharts(): void {
    const atMs = this.#at
    const line = (name: string, key: string) => ({ name, values: this.#lines.get(key) ?? [] })
    const percentiles = (key: string) => ['p50', 'p95', 'p99'].map((name) => line(name, `${key}.${name}`))
    redraw('charts', atMs.at(-1) ?? 0, () => [
      chart({ title: 'Pages', atMs, lines: percentiles('page'), words: seconds, target: 0.005 }),
      chart({ title: 'API', atMs, lines: percentiles('api'), words: seconds, target: 0.02 }),
      chart({ title: 'Queries', atMs, lines: percentiles('query'), words: seconds, target: 0.002 }),
      chart({
        title: 'Requests',
        atMs,
        lines: [line('all', 'requests'), line('errors', 'errors')],
        words: (value) => `${count(value)}/s`,
      }),
      chart({ title: 'Processor', atMs, lines: [line('cores', 'cpu')], words: share }),
      chart({ title: 'Memory', atMs, lines: [line('resident', 'rss')], words: bytes }),
      chart({ title: 'Event loop delay', atMs, lines: [line('p99', 'loop')], words: seconds }),
    ])
  }

  #connection(words: string): void {
    const place = document.getElementById('connection')
    if (place !== null && place.textContent !== words) place.textContent = words
  }
}

import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import { EventLoopDelay } from './event-loop.ts'

/** Seconds; the targets (5 ms, 20 ms, 50 ms, 200 ms, 2 s) are bounds of buckets. */
const buckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5]

/** What this process tells of itself in Prometheus' text format. Labels come from route templates, never from paths. */
export class Metrics {
  readonly #registry = new Registry()
  readonly #requests = new Histogram({
    name: 'encapsify_http_request_seconds',
    help: 'Time to an answer, by method, route template and class of status.',
    labelNames: ['method', 'route', 'status'],
    buckets,
    registers: [this.#registry],
  })
  readonly #observers = new Map<string, (seconds: number) => void>()
  readonly #loop = new EventLoopDelay()

  constructor() {
    this.gauge('encapsify_event_loop_delay_p50_seconds', 'Median lateness of a timer in the last half minute.', () =>
      this.#loop.percentile(0.5),
    )
    this.gauge('encapsify_event_loop_delay_p99_seconds', 'p99 lateness of a timer in the last half minute.', () =>
      this.#loop.percentile(0.99),
    )
    this.gauge('encapsify_rss_bytes', 'Resident memory.', () => process.memoryUsage.rss())
    this.counter('encapsify_cpu_seconds_total', 'CPU time, user and system.', () => {
      const { user, system } = process.cpuUsage()
      return (user + system) / 1e6
    })
  }

  observeRequest(method: string, route: string, status: number, seconds: number): void {
    const key = `${method} ${route} ${Math.floor(status / 100)}`
    let observe = this.#observers.get(key)
    if (observe === undefined) {
      const child = this.#requests.labels(method, route, `${Math.floor(status / 100)}xx`)
      observe = (value) => child.observe(value)
      this.#observers.set(key, observe)
    }
    observe(seconds)
  }

  /** A figure that is asked for when the metrics are read. */
  gauge(name: string, help: string, read: () => number): void {
    new Gauge({
      name,
      help,
      registers: [this.#registry],
      collect() {
        this.set(read())
      },
    })
  }

  /** A count that only grows, kept elsewhere and asked for when the metrics are read. */
  counter(name: string, help: string, read: () => number): void {
    new Counter({
      name,
      help,
      registers: [this.#registry],
      collect() {
        this.reset()
        this.inc(read())
      },
    })
  }

  text(): Promise<string> {
    return this.#registry.metrics()
  }

  close(): void {
    this.#loop.close()
  }
}

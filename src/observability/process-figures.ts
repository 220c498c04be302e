import { readdirSync, readFileSync } from 'node:fs'
import { EventLoopDelay } from './event-loop.ts'
import type { Metrics } from './metrics.ts'

/**
 * What the process uses: memory, CPU, the event loop, collections, open files. How many objects live is not told: to count them
 * (`heapStats` of bun:jsc) stops everything for 70 ms when there are a million.
 */
export class ProcessFigures {
  readonly loop = new EventLoopDelay()
  readonly #collections = new Collections()

  register(metrics: Metrics): void {
    metrics.gauge('encapsify_event_loop_delay_p50_seconds', 'Median lateness of a timer in the last half minute.', () =>
      this.loop.percentile(0.5),
    )
    metrics.gauge('encapsify_event_loop_delay_p99_seconds', 'p99 lateness of a timer in the last half minute.', () =>
      this.loop.percentile(0.99),
    )
    metrics.gauge('encapsify_rss_bytes', 'Resident memory.', () => process.memoryUsage.rss())
    metrics.counter('encapsify_cpu_seconds_total', 'CPU time, user and system.', () => {
      const { user, system } = process.cpuUsage()
      return (user + system) / 1e6
    })
    metrics.gauge(
      'encapsify_heap_bytes',
      'Memory of the objects that the last collection left.',
      () => process.memoryUsage().heapUsed,
    )
    metrics.gauge(
      'encapsify_heap_capacity_bytes',
      'Memory of the heap’s blocks, without large objects.',
      () => process.memoryUsage().heapTotal,
    )
    metrics.counter('encapsify_gc_cycles_total', 'Garbage collections noticed.', () => this.#collections.count)
    metrics.gauge('encapsify_open_files', 'Open file descriptors, sockets included.', openFiles)
    metrics.gauge('encapsify_open_files_max', 'How many may be open.', openFilesMax)
    metrics.gauge('encapsify_uptime_seconds', 'Since the process began.', () => process.uptime())
  }

  close(): void {
    this.loop.close()
    this.#collections.close()
  }
}

/**
 * The runtime tells nobody when it collects (Bun's `PerformanceObserver` knows no `gc` entries). An object that nothing holds is
 * missed at the next collection, which is counted, and another takes its place.
 */
class Collections {
  count = 0
  #open = true
  readonly #registry = new FinalizationRegistry<null>(() => {
    if (!this.#open) return
    this.count++
    this.#leave()
  })

  constructor() {
    this.#leave()
  }

  close(): void {
    this.#open = false
  }

  #leave(): void {
    this.#registry.register({}, null)
  }
}

/** From proc(5); not a number elsewhere, and then not shown. */
function openFiles(): number {
  try {
    return readdirSync('/proc/self/fd').length
  } catch {
    return Number.NaN
  }
}

function openFilesMax(): number {
  try {
    return Number(/^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1] ?? Number.NaN)
  } catch {
    return Number.NaN
  }
}

import type { LocalDatabases } from '../db/local.ts'
import { comparePositions } from '../db/position.ts'
import type { Health } from '../http/health.ts'
import type { Metrics } from '../observability/metrics.ts'
import type { ClusterConfig } from './config.ts'
import type { GuardLink } from './link.ts'
import { isMounted } from './mounts.ts'

/** How old the guard's word may be. */
const statusAgeMaxMs = 3_000
/** How long a node may be behind what is confirmed before it gets no requests. */
const lagMaxMs = 5_000

/** Since when this node has been behind what is known to be confirmed. */
export class Lag {
  #sinceMs: number | null = null
  readonly #timer: ReturnType<typeof setInterval>

  constructor(private readonly databases: LocalDatabases) {
    this.#timer = setInterval(() => this.#look(), 100)
    this.#timer.unref()
  }

  get ms(): number {
    return this.#sinceMs === null ? 0 : performance.now() - this.#sinceMs
  }

  close(): void {
    clearInterval(this.#timer)
  }

  #look(): void {
    const { position, confirmed } = this.databases
    if (comparePositions(position, confirmed) >= 0) this.#sinceMs = null
    else this.#sinceMs ??= performance.now()
  }
}

/** What makes a node of a cluster unfit for requests, and what it tells of itself. */
export function watchNode(
  parts: {
    readonly config: ClusterConfig
    readonly databases: LocalDatabases
    readonly link: GuardLink
    readonly lag: Lag
  },
  health: Health,
  metrics: Metrics,
): void {
  const { config, databases, link, lag } = parts
  health.check('guard', () => (link.statusAgeMs > statusAgeMaxMs ? 'the guard is silent' : undefined))
  health.check('mount', () =>
    link.status.litefs !== 'gone' && isMounted(config.mount) ? undefined : `LiteFS is not mounted at ${config.mount}`,
  )
  health.check('lag', () => (lag.ms > lagMaxMs ? `${Math.round(lag.ms)} ms behind what is confirmed` : undefined))
  metrics.gauge('encapsify_node_primary', '1 on the primary that may acknowledge.', () => (databases.isPrimary ? 1 : 0))
  metrics.gauge('encapsify_node_member', '1 on a candidate that may vote.', () => (link.status.member ? 1 : 0))
  metrics.gauge('encapsify_node_promised_epoch', 'The epoch that this node has promised.', () => link.status.promised)
  metrics.gauge('encapsify_node_epoch', 'The epoch of its data.', () => databases.position.epoch)
  metrics.gauge(
    'encapsify_node_number',
    'The number up to which its data has no hole.',
    () => databases.position.number,
  )
  metrics.gauge('encapsify_node_confirmed_number', 'The number that is confirmed.', () => databases.confirmed.number)
  metrics.gauge('encapsify_node_lag_seconds', 'For how long it has been behind that.', () => lag.ms / 1_000)
  metrics.gauge('encapsify_node_candidates_near', 'Candidates heard lately.', () => link.status.near)
}

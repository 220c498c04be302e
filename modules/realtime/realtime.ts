import type { ChangeLog, Databases } from '../../src/db/database.ts'
import type { AddressOf } from '../../src/http/client-address.ts'
import type { Door } from '../../src/http/server.ts'
import type { Metrics } from '../../src/observability/metrics.ts'
import { type Capsules, capsuleChanged, type Documents, type Responses, responsesReceived } from '../capsule/index.ts'
import { CapsuleSources } from './capsule-sources.ts'
import { type Clock, realClock } from './clock.ts'
import { liveDoor, ServerTopics } from './door.ts'
import { type LiveLimits, liveLimits } from './limits.ts'
import { Live } from './live.ts'
import { Talk } from './talk.ts'

export interface RealtimeDeps {
  readonly databases: Pick<Databases, 'changes'> & { readonly log: ChangeLog }
  readonly capsules: Pick<Capsules, 'get'>
  readonly documents: Pick<Documents, 'version'>
  readonly responses: Pick<Responses, 'capsuleTotals' | 'submit'>
  readonly secret: string
  readonly addressOf: AddressOf
  readonly position: () => string
  readonly onFly: boolean
  readonly reportBug: (error: unknown) => void
  readonly limits?: Partial<LiveLimits>
  readonly clock?: Clock
}

/** Everything live on this node: the audiences, and the door that leads to them. */
export class Realtime {
  readonly live: Live
  readonly door: Door

  constructor(deps: RealtimeDeps) {
    const topics = new ServerTopics()
    this.live = new Live({
      sources: new CapsuleSources({ ...deps, log: deps.databases.log }),
      topics,
      clock: deps.clock ?? realClock,
      limits: { ...liveLimits, ...deps.limits },
      reportBug: deps.reportBug,
    })
    const talk = new Talk({
      live: this.live,
      secret: deps.secret,
      acts: {
        answer: async (capsuleId, answer, visitor) => (await deps.responses.submit(capsuleId, answer, visitor)).result,
      },
    })
    this.door = liveDoor({ ...deps, live: this.live, talk, topics })
    const { changes } = deps.databases
    changes.onConfirmed(capsuleChanged, (change) => this.live.capsuleChanged(change))
    changes.onConfirmed(responsesReceived, ({ subject }) => this.live.mark(subject, 'totals'))
  }

  /** Sends everybody away, to come back elsewhere or later. */
  drain(): void {
    this.live.drain()
  }

  register(metrics: Metrics): void {
    const { live } = this
    metrics.gauge('encapsify_live_connections', 'Live connections.', () => live.connections)
    metrics.gauge('encapsify_live_audiences', 'Capsules that somebody has open here.', () => live.audiences)
    metrics.counter('encapsify_live_opened_total', 'Live connections that were opened.', () => live.counts.opened)
    metrics.counter('encapsify_live_refused_total', 'Connections beyond a limit.', () => live.counts.refused)
    metrics.counter('encapsify_live_messages_total', 'Messages from clients.', () => live.counts.messages)
    metrics.counter('encapsify_live_malformed_total', 'Closed: not understood.', () => live.counts.malformed)
    metrics.counter('encapsify_live_flooded_total', 'Closed: too many messages.', () => live.counts.flooded)
    metrics.counter('encapsify_live_slow_total', 'Closed: read too slowly.', () => live.counts.slow)
  }
}

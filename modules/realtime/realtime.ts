import type { ChangeLog, Databases } from '../../src/db/database.ts'
import { AppError } from '../../src/errors.ts'
import type { AddressOf } from '../../src/http/client-address.ts'
import type { Door } from '../../src/http/server.ts'
import type { Neighbours } from '../../src/node/neighbours.ts'
import type { Metrics } from '../../src/observability/metrics.ts'
import type { Secrets } from '../../src/secret.ts'
import {
  type Admissions,
  type Capsules,
  capsuleChanged,
  type Documents,
  type Responses,
  responsesReceived,
} from '../capsule/index.ts'
import { CapsuleSources } from './capsule-sources.ts'
import { type Clock, realClock } from './clock.ts'
import { liveDoor, ServerTopics } from './door.ts'
import { questionsChanged, stageChanged } from './events.ts'
import { type LiveLimits, liveLimits } from './limits.ts'
import { Live } from './live.ts'
import { Questions } from './questions.ts'
import type { Stages } from './stages.ts'
import { Talk } from './talk.ts'

export interface RealtimeDeps {
  readonly databases: Pick<Databases, 'changes' | 'read' | 'write'> & { readonly log: ChangeLog }
  readonly capsules: Pick<Capsules, 'get'>
  readonly documents: Pick<Documents, 'version'>
  readonly responses: Pick<Responses, 'capsuleTotals' | 'submit'>
  readonly stages: Stages
  /** Who may see a capsule, and so hear of it. */
  readonly admissions: Admissions
  readonly secrets: Secrets
  readonly addressOf: AddressOf
  readonly position: () => string
  readonly onFly: boolean
  readonly reportBug: (error: unknown) => void
  readonly limits?: Partial<LiveLimits>
  readonly clock?: Clock
  readonly neighbours?: Neighbours | undefined
}

/** Everything live on this node: the audiences, and the door that leads to them. */
export class Realtime {
  readonly live: Live
  readonly questions: Questions
  readonly door: Door

  constructor(deps: RealtimeDeps) {
    const topics = new ServerTopics()
    const questions = new Questions(deps.databases)
    const sources = new CapsuleSources({ ...deps, log: deps.databases.log, questions })
    const mayAsk = (capsuleId: string) => {
      if (!sources.takesQuestions(capsuleId)) throw new AppError('not-found', 'This capsule takes no questions.')
    }
    this.questions = questions
    this.live = new Live({
      sources,
      topics,
      clock: deps.clock ?? realClock,
      limits: { ...liveLimits, ...deps.limits },
      reportBug: deps.reportBug,
      stands: (capsuleId, admission) => deps.admissions.stands(capsuleId, admission),
      neighbours: deps.neighbours,
    })
    const talk = new Talk({
      live: this.live,
      secrets: deps.secrets,
      acts: {
        answer: async (capsuleId, answer, visitor, way) =>
          (await deps.responses.submit(capsuleId, answer, visitor, way)).result,
        ask: async (capsuleId, question, visitor) => {
          mayAsk(capsuleId)
          await questions.ask(capsuleId, question, visitor)
        },
        support: async (capsuleId, questionId, visitor) => {
          mayAsk(capsuleId)
          await questions.support(capsuleId, questionId, visitor)
        },
      },
    })
    this.door = liveDoor({ ...deps, live: this.live, talk, topics })
    const { changes } = deps.databases
    changes.onConfirmed(capsuleChanged, (change) => this.live.capsuleChanged(change))
    changes.onConfirmed(stageChanged, ({ subject }) => this.live.mark(subject, 'stage'))
    changes.onConfirmed(questionsChanged, ({ subject }) => this.live.mark(subject, 'questions'))
    changes.onConfirmed(responsesReceived, ({ subject }) => this.live.mark(subject, 'totals'))
  }

  /** Sends everybody away, to come back elsewhere or later. */
  drain(): void {
    this.live.drain()
  }

  register(metrics: Metrics): void {
    const { live } = this
    const delivery = metrics.histogram({
      name: 'encapsify_live_delivery_seconds',
      help: 'Until the last live connection was told: of an event from its commit, of a state from when it was due.',
    })
    live.onDelivered = (ms) => delivery.of().observe(ms / 1_000)
    metrics.gauge('encapsify_live_connections', 'Live connections.', () => live.connections)
    metrics.gauge('encapsify_live_audiences', 'Capsules that somebody has open here.', () => live.audiences)
    metrics.counter('encapsify_live_opened_total', 'Live connections that were opened.', () => live.counts.opened)
    metrics.counter('encapsify_live_refused_total', 'Connections beyond a limit.', () => live.counts.refused)
    metrics.counter('encapsify_live_messages_total', 'Messages from clients.', () => live.counts.messages)
    const endings = 'Live connections that ended, by code of the protocol; 1006: without a word.'
    metrics.counters('encapsify_live_closed_total', endings, 'code', () => live.counts.endings.entries())
    const refusals = 'Answers, questions and votes that were refused, by code; forged: under a token of another.'
    metrics.counters('encapsify_live_answers_refused_total', refusals, 'code', () => live.counts.refusals.entries())
    metrics.counter('encapsify_live_rejected_total', 'Not opened: no valid request.', () => live.counts.rejected)
    metrics.counter('encapsify_live_malformed_total', 'Closed: not understood.', () => live.counts.malformed)
    metrics.counter('encapsify_live_flooded_total', 'Closed: too many messages.', () => live.counts.flooded)
    metrics.counter('encapsify_live_slow_total', 'Closed: read too slowly.', () => live.counts.slow)
  }
}

import type { Databases } from '../../src/db/database.ts'
import { newGlobalId } from '../../src/db/ids.ts'
import type { Internet } from '../../src/http/public-address.ts'
import type { Jobs } from '../../src/jobs/jobs.ts'
import type { Tracer } from '../../src/observability/tracing/tracer.ts'
import { Seal } from '../../src/sealing.ts'
import { Authoring, type OpenPage } from './authoring/index.ts'
import { CallSpans } from './call-spans.ts'
import { CapsuleChat } from './chat/capsule-chat.ts'
import { ChatSettingsOf } from './chat/chat-settings.ts'
import { Conversations } from './chat/conversations.ts'
import { Embedder } from './chat/embedder.ts'
import { handleEnrichment } from './chat/enrichment.ts'
import { PassageIndex } from './chat/passage-index.ts'
import type { TextOf } from './chat/passages.ts'
import { Retrieval } from './chat/retrieval.ts'
import { type Clock, systemClock } from './clock.ts'
import { Concessions } from './concessions.ts'
import type { AiConfig } from './config.ts'
import { Extractor } from './extraction/extractor.ts'
import { type FileOf, FileTexts } from './extraction/file-texts.ts'
import { AiFigures } from './figures.ts'
import { Gateway } from './gateway.ts'
import { Governance } from './governance/governance.ts'
import { Ledger } from './governance/ledger.ts'
import { Policies } from './governance/policies.ts'
import { RateLimits } from './governance/rate-limits.ts'
import { Offers } from './own/offers.ts'
import { OwnProviders } from './own/own-providers.ts'
import { Resealing, type ResealingParts } from './own/resealing.ts'
import { AiProxy } from './proxy.ts'
import type { Transport } from './routing/transport.ts'
import { guardedTransport, wideTransport } from './routing/wide-transport.ts'

export interface AiParts {
  readonly db: Databases
  readonly config: AiConfig
  /** Under which organizations' own keys are sealed, newest first. */
  readonly secrets: readonly string[]
  readonly textOf: TextOf
  /** Absent: the texts of files are not read. */
  readonly jobs?: Jobs
  readonly fileOf?: FileOf
  /** How pages are fetched that drafts are made of; absent: none are. */
  readonly openPage?: OpenPage
  readonly log: Record<'info' | 'warn', (fields: object, message: string) => void>
  readonly reportBug: (error: unknown) => void
  /** Absent: calls leave no spans. */
  readonly tracer?: Pick<Tracer, 'active' | 'deliver'>
  /** What tests put in the place of the real ones. */
  readonly transport?: Transport
  readonly clock?: Clock
  readonly random?: () => number
}

export interface Ai {
  readonly config: AiConfig
  readonly gateway: Gateway
  readonly governance: Governance
  readonly policies: Policies
  readonly proxy: AiProxy
  readonly own: OwnProviders
  readonly transport: Transport
  readonly authoring: Authoring
  readonly chat: CapsuleChat
  readonly chatSettings: ChatSettingsOf
  readonly figures: AiFigures
  readonly ledger: Ledger
  readonly clock: Clock
  /** This node writes from now on: keys that a former secret sealed are sealed anew. */
  begin(db: ResealingParts['db']): Promise<void>
  /** Writes what waits and gives the tranches back. Before the databases close. */
  close(): Promise<void>
}

/** Builds the parts of this module once, in the order in which they need each other. */
export function openAi(parts: AiParts): Ai {
  const { db, config, secrets, textOf, log, reportBug, clock = systemClock, random = Math.random } = parts
  const figures = new AiFigures()
  // Who lets organizations bring private addresses lets them be looked up and asked.
  const internet: Internet = config.own.private ? { isAllowed: () => true } : {}
  const transport = parts.transport ?? transportFor(internet, figures)
  const policies = new Policies(db)
  const ledger = new Ledger(db, clock, newGlobalId('nod'), reportBug)
  const rates = new RateLimits()
  const governance = new Governance({
    db,
    policies,
    ledger,
    rates,
    prices: config.prices,
    clock,
    billed({ tokens, costNano }) {
      figures.inputTokens += tokens.input
      figures.outputTokens += tokens.output
      figures.costNano += costNano
    },
  })
  const seal = new Seal('ai.provider-key', secrets)
  const own = new OwnProviders({ db, config, internet, seal })
  const resealing = new Resealing(seal, log)
  const gateway = new Gateway({
    ...{ offers: new Offers(db, config, own), governance, transport, clock, random, figures, log },
    spans: new CallSpans(parts.tracer),
  })
  const concessions = new Concessions(gateway)
  const chatSettings = new ChatSettingsOf(db)
  const embedder = new Embedder(gateway)
  const index = new PassageIndex(db, (organizationId) => embedder.modelOf(organizationId) !== undefined)
  const extractor = new Extractor()
  if (parts.jobs !== undefined) {
    const files = new FileTexts(parts.fileOf ?? (() => undefined), extractor, log)
    handleEnrichment(parts.jobs, { index, textOf, files, embedder, log })
  }
  const chat = new CapsuleChat({
    gateway,
    concessions,
    index,
    retrieval: new Retrieval({ index, embedder, reportBug }),
    conversations: new Conversations(db),
    settings: chatSettings,
    textOf,
    rates,
    figures,
    clock,
    reportBug,
  })
  return {
    config,
    gateway,
    governance,
    policies,
    proxy: new AiProxy(gateway, governance, figures),
    ...{ own, transport, chat },
    authoring: new Authoring({
      ...{ gateway, concessions, governance, rates, extractor, clock, reportBug },
      openPage: parts.openPage,
    }),
    chatSettings,
    figures,
    ledger,
    clock,
    begin: (all) => resealing.begin(all),
    async close() {
      await resealing.close()
      await chat.close()
      governance.close()
      await ledger.close()
    },
  }
}

/** The operator's providers are reached by the quickest way there is, organizations' own by one that keeps to the public internet. */
function transportFor(internet: Internet, figures: AiFigures): Transport {
  const operators = wideTransport(() => figures.underWay)
  const own = guardedTransport(internet)
  return (request) => (request.guarded === true ? own : operators)(request)
}

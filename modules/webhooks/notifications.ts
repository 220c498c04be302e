import { organizationOf } from '../../src/db/ids.ts'
import type { LocalDatabases } from '../../src/db/local.ts'
import { AppError } from '../../src/errors.ts'
import type { Jobs } from '../../src/jobs/jobs.ts'
import type { Mailer } from '../../src/mail/mailer.ts'
import type { Metrics } from '../../src/observability/metrics.ts'
import type { Secrets } from '../../src/secret.ts'
import { CapsuleResources, type Capsules, type Responses } from '../capsule/index.ts'
import type { Members, Organizations } from '../organization/index.ts'
import type { WebhooksConfig } from './config.ts'
import { Deliverer } from './deliverer.ts'
import { Digests } from './digests.ts'
import type { Lead } from './messages.ts'
import { forgetCapsule } from './operations/deliveries.ts'
import { Telling } from './telling.ts'
import { Webhooks } from './webhooks.ts'

export interface NotificationsDeps {
  readonly db: LocalDatabases
  readonly jobs: Jobs
  readonly mailer: Mailer
  readonly organizations: Organizations
  readonly members: Members
  readonly capsules: Capsules
  readonly responses: Responses
  readonly config: WebhooksConfig
  readonly secrets: Secrets
  readonly origin: string
  readonly reportBug: (error: unknown) => void
}

/** What programs and people are told of: webhooks and letters, and who tells them. */
export class Notifications {
  readonly webhooks: Webhooks
  readonly digests: Digests
  readonly #telling: Telling
  readonly #deliverer: Deliverer
  readonly #db: LocalDatabases

  constructor(deps: NotificationsDeps) {
    const { organizations, origin, config } = deps
    this.#db = deps.db
    this.webhooks = new Webhooks(deps)
    this.digests = new Digests(deps)
    const resources = new CapsuleResources(organizations, origin)
    this.#telling = new Telling({ ...deps, urlOf: (capsule) => resources.url(capsule) })
    this.#deliverer = new Deliverer({ ...deps, ...(config.privateReceivers && { isAllowed: () => true }) })
  }

  register(metrics: Metrics): void {
    this.#deliverer.register(metrics)
  }

  /** This node writes from now on: what was confirmed and never told is told. */
  begin(): Promise<void> {
    return this.#telling.begin()
  }

  /** A lead became hot. Told again with the same id, programs and people hear of it once; of a capsule that is gone, nobody does. */
  async lead(lead: Lead): Promise<void> {
    try {
      await this.#telling.lead(lead)
      await this.digests.lead(lead)
    } catch (error) {
      if (!(error instanceof AppError && error.code === 'not-found')) throw error
    }
  }

  /** A capsule is gone for ever. What was sent of its answers stays in the log of deliveries, for as long as that is kept. */
  async forget(capsuleId: string): Promise<void> {
    await this.#db.write(forgetCapsule, organizationOf(capsuleId), { capsuleId })
  }

  /** What was being told is told. */
  close(): Promise<void> {
    return this.#telling.settled()
  }
}

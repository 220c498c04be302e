import { organizationOf } from '../../src/db/ids.ts'
import type { LocalDatabases } from '../../src/db/local.ts'
import type { Jobs } from '../../src/jobs/jobs.ts'
import type { Mailer } from '../../src/mail/mailer.ts'
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
  readonly secret: string
  readonly origin: string
  readonly reportBug: (error: unknown) => void
}

/** What programs and people are told of: webhooks and letters, and who tells them. */
export class Notifications {
  readonly webhooks: Webhooks
  readonly digests: Digests
  readonly #telling: Telling
  readonly #db: LocalDatabases

  constructor(deps: NotificationsDeps) {
    const { organizations, origin, config } = deps
    this.#db = deps.db
    this.webhooks = new Webhooks(deps)
    this.digests = new Digests(deps)
    const resources = new CapsuleResources(organizations, origin)
    this.#telling = new Telling({ ...deps, urlOf: (capsule) => resources.url(capsule) })
    new Deliverer({ ...deps, ...(config.privateReceivers && { isAllowed: () => true }) })
  }

  /** This node writes from now on: what was confirmed and never told is told. */
  begin(): Promise<void> {
    return this.#telling.begin()
  }

  /** A lead became hot. Told again with the same id it is told once to programs. */
  async lead(lead: Lead): Promise<void> {
    await this.#telling.lead(lead)
    await this.digests.lead(lead)
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

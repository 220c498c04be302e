import type { Databases } from '../../src/db/database.ts'
import type { AddressOf } from '../../src/http/client-address.ts'
import type { Mailer } from '../../src/mail/mailer.ts'
import type { Secrets } from '../../src/secret.ts'
import type { Capsules, Responses } from '../capsule/index.ts'
import type { Assets } from '../media/index.ts'
import { CapsuleAccess } from './access.ts'
import { LinkAttempts } from './attempts.ts'
import { Entrance } from './entrance.ts'
import { GuardedAssets } from './guarded-assets.ts'
import { type Hashes, ShareLinks } from './links.ts'
import { Passes } from './passes.ts'
import { Seal } from './seal.ts'
import { LinkVisits } from './visits.ts'

export interface SharingDeps {
  readonly databases: Databases
  readonly capsules: Pick<Capsules, 'get'>
  readonly responses: Pick<Responses, 'answersByLink'>
  readonly assets: Pick<Assets, 'uses'>
  readonly mailer: Mailer
  readonly hashes: Hashes
  /** Signs passes and what is proven on the way to them. */
  readonly secrets: Secrets
  readonly origin: string
  readonly addressOf: AddressOf
  readonly nowMs?: () => number
}

/** The parts of this module, each built once. */
export class Sharing {
  readonly links: ShareLinks
  readonly access: CapsuleAccess
  readonly entrance: Entrance
  readonly visits: LinkVisits
  readonly guardedAssets: GuardedAssets

  constructor(deps: SharingDeps) {
    const { databases, capsules, mailer, hashes, nowMs = Date.now } = deps
    const seal = new Seal(deps.secrets)
    const passes = new Passes(seal, deps.origin, nowMs)
    this.links = new ShareLinks(deps)
    this.access = new CapsuleAccess({ databases, capsules, links: this.links, passes, nowMs })
    this.guardedAssets = new GuardedAssets({ ...deps, access: this.access })
    this.visits = new LinkVisits(databases)
    const attempts = new LinkAttempts(deps.addressOf, nowMs)
    this.entrance = new Entrance({ databases, mailer, hashes, passes, seal, attempts, visits: this.visits, nowMs })
  }

  close(): Promise<void> {
    return this.visits.close()
  }
}

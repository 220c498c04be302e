import type { Databases } from '../../src/db/database.ts'
import type { OrganizationId } from '../../src/db/ids.ts'
import { eraseVisitor } from './operations/erasure.ts'
import { namedVisitor } from './visitors.ts'

/** Visits a slice: a few milliseconds of the writer's time. */
const visitsPerSlice = 50

/** Who asks to be forgotten: by the visitor of one of their visits, or by their address. */
export interface Forgotten {
  readonly visitor?: string | undefined
  readonly email?: string | undefined
}

/** Takes one person's visits away from an organization: the visits, what happened in them, and their part of the figures. */
export class Erasures {
  constructor(
    private readonly db: Pick<Databases, 'write'>,
    private readonly secret: string,
  ) {}

  /** Returns how many visits there were. Those that look the same on one day are one visitor, and go together. */
  async erase(organizationId: OrganizationId, { visitor, email }: Forgotten): Promise<number> {
    const all = [
      ...(visitor === undefined ? [] : [visitor.split('.')[0] ?? '']),
      ...(email === undefined ? [] : [namedVisitor(this.secret, organizationId, email)]),
    ]
    let erased = 0
    for (const one of all) {
      let some: number
      do {
        some = await this.db.write(eraseVisitor, organizationId, { visitor: one, visitsMax: visitsPerSlice })
        erased += some
      } while (some > 0)
    }
    return erased
  }
}

import { and, asc, eq, gt, type SQL } from 'drizzle-orm'
import { ValueCache } from '../../src/cache/values.ts'
import type { Databases } from '../../src/db/database.ts'
import { isOrganizationId, newId, type OrganizationId } from '../../src/db/ids.ts'
import { AppError } from '../../src/errors.ts'
import { type Page, paged } from '../../src/http/paging.ts'
import { RateLimit } from '../../src/http/rate-limit.ts'
import type { Jobs } from '../../src/jobs/jobs.ts'
import type { FlyCertificates } from './certificates.ts'
import type { DomainsConfig } from './config.ts'
import { domainChanged } from './events.ts'
import { limits } from './limits.ts'
import { checkDomainName } from './names.ts'
import { addDomain, checkDomain, dropCertificate, removeDomain, settleCheck } from './operations.ts'
import { findRecord, type ProofRecord, proofRecord } from './records.ts'
import { type DomainReason, type DomainState, domain, isProven } from './schema.ts'

/** Hosts that are remembered, whether they are somebody's or nobody's: names that strangers send push each other out. */
const hostsMax = 10_000
const nobody = ''
/** Whether any domain is anybody's: no host looks like this. */
const any = '*'
const tagOf = (name: string) => `domain:${name}`

export interface AddressRecord {
  readonly type: 'CNAME'
  readonly name: string
  readonly value: string
}

/** A domain as its owners see it, with what they have to set. */
export interface Domain {
  readonly id: string
  readonly domain: string
  readonly state: DomainState
  readonly reason: DomainReason | null
  /** The first proves the domain, the second leads its visitors here. */
  readonly records: readonly [ProofRecord, AddressRecord]
  /** `automatic`: asked for when the domain is proven. Else an operator makes it, on Fly by this command. */
  readonly certificate: { readonly by: 'automatic' | 'operator'; readonly command: string | null }
  readonly createdAt: number
  readonly checkedAt: number | null
}

export interface DomainsOptions {
  readonly db: Databases
  readonly jobs: Jobs
  readonly config: DomainsConfig
  /** The public origin: its host is nobody's domain. */
  readonly origin: string
  /** Makes certificates; absent: an operator does. */
  readonly certificates: Pick<FlyCertificates, 'ensure' | 'remove'> | undefined
  readonly log: { warn(fields: object, message: string): void }
  readonly nowMs?: () => number
}

/** Domains of organizations: asked for, proven by a TXT record, looked at again every day. */
export class Domains {
  readonly #ownHost: string
  readonly #organizations: ValueCache<string>
  readonly #checks = new Map<string, Promise<void>>()
  readonly #limit: RateLimit

  constructor(private readonly options: DomainsOptions) {
    const { db, jobs, origin } = options
    this.#ownHost = new URL(origin).hostname
    this.#limit = new RateLimit(limits.checks, options.nowMs)
    this.#organizations = new ValueCache<string>(db.changes, { entriesMax: hostsMax }).on(
      domainChanged,
      ({ payload }) => [tagOf(payload.domain), tagOf(any)],
    )
    jobs.handle(checkDomain, async ({ id }, { organizationId }) => {
      if (organizationId !== null) await this.#check(organizationId, id)
    })
    jobs.handle(dropCertificate, async ({ domain: name }) => {
      if (!this.#isProven(name)) await options.certificates?.remove(name)
    })
  }

  list(organizationId: OrganizationId, limit: number, cursor = ''): Page<Domain> {
    const here = and(eq(domain.organizationId, organizationId), gt(domain.id, cursor))
    const rows = this.options.db.readDirectory((tx) =>
      tx
        .select()
        .from(domain)
        .where(here)
        .orderBy(asc(domain.id))
        .limit(limit + 1)
        .all(),
    )
    const page = paged(rows, limit, (last) => last.id)
    return { ...page, items: page.items.map((row) => this.#shown(row)) }
  }

  /** @throws AppError not-found. */
  get(organizationId: OrganizationId, id: string): Domain {
    const row = this.#row(id)
    if (row?.organizationId !== organizationId) throw new AppError('not-found', 'There is no such domain.')
    return this.#shown(row)
  }

  /** @throws AppError invalid for a name that is none; conflict when it is there already or there are too many. */
  async add(organizationId: OrganizationId, given: string): Promise<Domain> {
    const id = newId('dom', organizationId)
    const token = crypto.randomUUID().replaceAll('-', '')
    const name = checkDomainName(given, this.#ownHost)
    await this.options.db.write(addDomain, organizationId, { id, domain: name, token })
    return this.get(organizationId, id)
  }

  /** Looks now. @throws AppError not-found; rate-limited. */
  async check(organizationId: OrganizationId, id: string): Promise<Domain> {
    this.get(organizationId, id)
    this.#limit.take(organizationId)
    await this.#check(organizationId, id)
    return this.get(organizationId, id)
  }

  /** Its host is nobody's from now on. @throws AppError not-found. */
  async remove(organizationId: OrganizationId, id: string): Promise<void> {
    await this.options.db.write(removeDomain, organizationId, { id })
  }

  /** Whose site a host is. @param host as `hostOf` cuts it. */
  organizationAt(host: string): OrganizationId | undefined {
    // Where nobody has a domain, hosts that strangers make up cost no look-up each.
    if (this.#kept(any, () => and(gt(domain.domain, ''), isProven)) === nobody) return undefined
    const found = this.#kept(host, () => and(eq(domain.domain, host), isProven))
    return isOrganizationId(found) ? found : undefined
  }

  /** Asked for every page of another host: a question is only put together where it must be asked. */
  #kept(name: string, where: () => SQL | undefined): string {
    return this.#organizations.getOrMake(name, [tagOf(name)], () => {
      const row = this.options.db.readDirectory((tx) => tx.select().from(domain).where(where()).limit(1).get())
      if (row === undefined) return nobody
      return row.state === 'active' || name === any ? row.organizationId : nobody
    })
  }

  /** One look at a time at each domain: who asks meanwhile waits for it. */
  async #check(organizationId: OrganizationId, id: string): Promise<void> {
    const looking = this.#checks.get(id) ?? this.#look(organizationId, id).finally(() => this.#checks.delete(id))
    this.#checks.set(id, looking)
    await looking
  }

  async #look(organizationId: OrganizationId, id: string): Promise<void> {
    const row = this.#row(id)
    if (row === undefined) return
    const record = await findRecord(proofRecord(row.domain, row.token), this.options.config.nameServers)
    // Nobody has certificates made for what is not theirs.
    const certificate = record === 'present' ? await this.#certificate(row.domain) : 'pending'
    await this.options.db.write(settleCheck, organizationId, { id, record, certificate })
  }

  async #certificate(name: string): Promise<'ready' | 'pending'> {
    const { certificates, log } = this.options
    try {
      return (await certificates?.ensure(name)) ?? 'ready'
    } catch (error) {
      log.warn({ err: error, domain: name }, 'a certificate could not be asked for; it is tried again')
      return 'pending'
    }
  }

  #row(id: string) {
    return this.options.db.readDirectory((tx) => tx.select().from(domain).where(eq(domain.id, id)).get())
  }

  #isProven(name: string): boolean {
    const proven = and(eq(domain.domain, name), isProven)
    const row = this.options.db.readDirectory((tx) => tx.select({ id: domain.id }).from(domain).where(proven).get())
    return row !== undefined
  }

  #shown(row: typeof domain.$inferSelect): Domain {
    const { id, domain: name, token, state, reason, createdMs, checkedMs } = row
    const { certificates, config } = this.options
    const value = config.flyApp === undefined ? this.#ownHost : `${config.flyApp}.fly.dev`
    const command = config.flyApp === undefined ? null : `fly certs add ${name} --app ${config.flyApp}`
    return {
      ...{ id, domain: name, state, reason },
      records: [proofRecord(name, token), { type: 'CNAME', name, value }],
      certificate: certificates === undefined ? { by: 'operator', command } : { by: 'automatic', command: null },
      ...{ createdAt: createdMs, checkedAt: checkedMs },
    }
  }
}

import type { Databases } from '../../src/db/database.ts'
import { type OrganizationId, organizationOf } from '../../src/db/ids.ts'
import type { AddressOf } from '../../src/http/client-address.ts'
import type { Door } from '../../src/http/server.ts'
import type { Jobs } from '../../src/jobs/jobs.ts'
import type { Metrics } from '../../src/observability/metrics.ts'
import type { Secrets } from '../../src/secret.ts'
import type { Capsules, Documents } from '../capsule/index.ts'
import type { AccessControl, Organizations } from '../organization/index.ts'
import { Beacons } from './beacons.ts'
import type { AnalyticsConfig } from './config.ts'
import { beaconDoor } from './door.ts'
import { Erasures } from './erasures.ts'
import { leadHot } from './events.ts'
import { FiguresReader } from './figures.ts'
import { Gathering } from './gathering.ts'
import { type HotLead, tellLeads } from './leads.ts'
import { analyticsLimits as limits } from './limits.ts'
import { watchDoor } from './live/door.ts'
import { Watch } from './live/watch.ts'
import { importVisits } from './operations/record.ts'
import { clearAgain, clearVisits, forgetVisits, removeOldVisits } from './operations/retention.ts'
import type { Told } from './operations/told.ts'
import { PublishedCapsules } from './published.ts'
import { Salts } from './salts.ts'
import { Settings } from './settings.ts'
import type { ContextOf } from './visit-context.ts'
import { Visits } from './visits.ts'

export interface AnalyticsDeps {
  readonly databases: Databases & { readonly isPrimary: boolean }
  readonly jobs: Jobs
  readonly config: AnalyticsConfig
  readonly origin: string
  readonly secrets: Secrets
  readonly addressOf: AddressOf
  readonly position: () => string
  readonly capsules: Pick<Capsules, 'get'>
  readonly documents: Pick<Documents, 'once'>
  readonly organizations: Pick<Organizations, 'byId'>
  readonly control: AccessControl
  readonly isOwn: (request: Request, organizationId: OrganizationId) => boolean | Promise<boolean>
  readonly contextOf: ContextOf
  readonly siteOf: (request: Request) => OrganizationId | undefined
  /** Tells programs and people of a hot lead; with one id more than once, when a process ends in between. */
  readonly tellLead: (lead: HotLead) => Promise<void>
  /** What others keep of whoever has an address, taken away with their visits. */
  readonly eraseElsewhere?: (organizationId: OrganizationId, email: string) => Promise<number>
  readonly reportBug: (error: unknown) => void
  readonly nowMs?: () => number
}

/** Rows a slice: a few milliseconds of the writer's time. */
const rowsPerSlice = 100
const lookAtSaltEveryMs = 60_000

/** Visits, from the beacon to the figure. */
export class Analytics {
  readonly beacons: Beacons
  readonly gathering: Gathering
  readonly figures: FiguresReader
  readonly visits: Visits
  readonly settings: Settings
  readonly erasures: Erasures
  readonly watch: Watch
  /** Takes beacons. */
  readonly beaconDoor: Door
  /** Owners' sockets; before the live door, which knows nothing of them. */
  readonly watchDoor: Door
  private readonly db: Pick<Databases, 'write'>
  readonly #turning: ReturnType<typeof setInterval>

  constructor(deps: AnalyticsDeps) {
    const { databases: db, nowMs = Date.now, reportBug } = deps
    this.db = db
    const salts = new Salts(db, nowMs)
    this.gathering = new Gathering({ db, reportBug })
    const published = new PublishedCapsules(db, deps.capsules, deps.documents)
    const { countryHeader } = deps.config
    this.beacons = new Beacons({
      ...deps,
      secret: deps.secrets[0],
      countryHeader,
      published,
      salts,
      gathering: this.gathering,
      nowMs,
    })
    this.figures = new FiguresReader(db, nowMs)
    this.visits = new Visits(db, nowMs)
    this.settings = new Settings(db)
    this.erasures = new Erasures(db, deps.secrets, deps.eraseElsewhere ?? (async () => 0))
    this.watch = new Watch({ db, visits: this.visits, figures: this.figures, reportBug })
    this.beaconDoor = beaconDoor(this.beacons)
    this.watchDoor = watchDoor({ ...deps, watch: this.watch })
    db.changes.onConfirmed(leadHot, ({ subject, payload, atMs }) => this.watch.lead(subject, payload, atMs))
    tellLeads(deps.jobs, this.visits, deps.tellLead)
    clearOldVisits(db, deps.jobs)
    this.#turning = setInterval(() => {
      salts.turn(db.isPrimary).catch(reportBug)
    }, lookAtSaltEveryMs)
    this.#turning.unref()
  }

  /** Visits of an earlier time, in the order in which they began: nobody is told of them. */
  readonly backfill = async (organizationId: OrganizationId, beacons: readonly Told[]): Promise<void> => {
    for (let at = 0; at < beacons.length; at += limits.beaconsPerWriteMax) {
      const some = beacons.slice(at, at + limits.beaconsPerWriteMax)
      await this.db.write(importVisits, organizationId, { beacons: some })
    }
  }

  /** A capsule is gone for ever: so are its visits and figures. */
  async forget(capsuleId: string): Promise<void> {
    const slice = { capsuleId, rowsMax: rowsPerSlice }
    while (await this.db.write(forgetVisits, organizationOf(capsuleId), slice));
  }

  register(metrics: Metrics): void {
    const { beacons, gathering, watch } = this
    const taken = 'Beacons of visitor pages, by what became of them.'
    metrics.counters('encapsify_visit_beacons_total', taken, 'outcome', () => [
      ...Object.entries(beacons.counts),
      ...Object.entries(gathering.counts),
    ])
    metrics.gauge('encapsify_visit_beacons_waiting', 'Beacons that wait for the writer.', () => gathering.waiting)
    metrics.gauge('encapsify_visit_watchers', 'Owners who watch a capsule.', () => watch.watchers)
  }

  /** Owners are sent away, to come back elsewhere or later. */
  drain(): void {
    this.watch.close()
  }

  async close(): Promise<void> {
    clearInterval(this.#turning)
    this.watch.close()
    await this.gathering.close()
  }
}

/** What is older than an organization keeps it goes, capsule by capsule, once a day. */
function clearOldVisits(db: Databases, jobs: Jobs): void {
  jobs.handle(removeOldVisits, async ({ capsuleId }, { organizationId, signal }) => {
    const slice = { capsuleId, rowsMax: rowsPerSlice }
    let left = await db.write(clearVisits, organizationId, slice)
    while (left === 'more') {
      signal.throwIfAborted()
      left = await db.write(clearVisits, organizationId, slice)
    }
    if (left === 'rest') await db.write(clearAgain, organizationId, { capsuleId })
  })
}

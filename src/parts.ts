import { statSync } from 'node:fs'
import { join } from 'node:path'
import { capsuleText, type FileOf, openAi, type TextOf } from '../modules/ai/index.ts'
import { Analytics } from '../modules/analytics/index.ts'
import { Availability } from '../modules/availability/index.ts'
import {
  type Block,
  Capsules,
  capsuleChanged,
  Documents,
  Publications,
  plainText,
  purgeDeletedCapsules,
  Responses,
  RichTexts,
} from '../modules/capsule/index.ts'
import { Domains, FlyCertificates, hostOf, sites } from '../modules/domains/index.ts'
import { Identity } from '../modules/identity/index.ts'
import { type Media, openMedia, openRemote } from '../modules/media/index.ts'
import { AccessControl, accessPlugin, Keys, Members, Organizations } from '../modules/organization/index.ts'
import { Realtime, Stages } from '../modules/realtime/index.ts'
import { accessChanged, Sharing } from '../modules/sharing/index.ts'
import { pictureSize } from '../modules/templates/index.ts'
import { type VisitorDeps, VisitorPages } from '../modules/visitor/index.ts'
import { Notifications } from '../modules/webhooks/index.ts'
import { version } from '../package.json' with { type: 'json' }
import { Delivery } from './cache/delivery.ts'
import type { Config } from './config.ts'
import { organizationOf } from './db/ids.ts'
import type { LocalDatabases } from './db/local.ts'
import type { Assets } from './http/assets.ts'
import { clientAddress } from './http/client-address.ts'
import type { JobRunner } from './jobs/jobs.ts'
import { carrierOf } from './mail/carrier.ts'
import { PostOffice } from './mail/post-office.ts'
import { formatPosition } from './node/carried-position.ts'
import type { PeerFiles } from './node/files/shared.ts'
import type { Neighbours } from './node/neighbours.ts'
import type { Logger } from './observability/logs.ts'
import type { Metrics } from './observability/metrics.ts'
import type { Tracer } from './observability/tracing/tracer.ts'
import type { Secrets } from './secret.ts'

/** Newest published capsules among which a site looks for one that everybody may see. */
const frontCapsulesMax = 100

/** What the parts are built on. */
export interface Kernel {
  readonly config: Config
  readonly log: Logger
  readonly metrics: Metrics
  readonly tracer: Tracer
  readonly reportBug: (error: unknown) => void
  readonly databases: LocalDatabases
  /** Whether the databases are files, beside which other things may be kept. */
  readonly onDisk: boolean
  readonly jobs: JobRunner
  readonly secrets: Secrets
  readonly assets: Assets
  /** The other nodes of a cluster. */
  readonly neighbours: Neighbours | undefined
  /** What lies on their disks. */
  readonly files: PeerFiles | undefined
}

/** Every module's parts, each built once, in the order in which they need each other. */
export type Parts = ReturnType<typeof createParts>

export function createParts(kernel: Kernel) {
  const { config, log, metrics, tracer, reportBug, databases, onDisk, jobs, secrets, assets, neighbours, files } =
    kernel
  const addressOf = clientAddress(config.onFly)
  const mailer = new PostOffice({ databases, jobs, carrier: carrierOf(config, log) })
  const organizations = new Organizations(databases, jobs)
  const members = new Members(databases, mailer, config.origin)
  const keys = new Keys(databases)
  const identity = new Identity({
    databases,
    jobs,
    mailer,
    origin: config.origin,
    secrets,
    addressOf,
    log,
    onBeforeDelete: ({ userId }) => members.checkMayLeaveAll(userId),
    onDeleted: (userId) => members.leaveAll(userId),
  })
  const nativeFolder = join(config.data.folder, 'native')
  const media = openMedia({
    ...{ db: databases, jobs, config: config.media, nativeFolder, secrets, reportBug },
    peers: files,
    isGuarded: (assetId) => sharing.guardedAssets.isGuarded(assetId),
  })
  const documents = new Documents(databases)
  const capsules = new Capsules(databases)
  const publications = new Publications(databases, capsules, documents)
  const stages = new Stages(databases)
  const responses = new Responses(databases, documents, (capsuleId, block) => stages.isClosed(capsuleId, block))
  const sharing = new Sharing({
    ...{ databases, capsules, responses, assets: media.assets, mailer, hashes: identity.hashes },
    ...{ secrets, origin: config.origin, addressOf },
  })
  const control = new AccessControl((request) => identity.sessionOf(request), organizations, members, keys)
  const access = accessPlugin(control)
  const position = () => formatPosition(config.cluster?.name, databases.position)
  const realtime = new Realtime({
    databases,
    capsules,
    documents,
    responses,
    stages,
    admissions: sharing.access,
    secrets,
    addressOf,
    position,
    onFly: config.onFly,
    reportBug,
    limits: { connectionsPerAddressMax: config.livePerAddressMax },
    neighbours,
  })
  databases.changes.onConfirmed(accessChanged, ({ subject }) => realtime.live.admissionsChanged(subject))
  realtime.register(metrics)
  const notifications = new Notifications({
    ...{ db: databases, jobs, mailer, organizations, members, capsules, responses, secrets, reportBug },
    config: config.webhooks,
    origin: config.origin,
  })
  notifications.register(metrics)
  const analytics = new Analytics({
    ...{ databases, jobs, config: config.analytics, origin: config.origin, secrets, addressOf, position, reportBug },
    ...{ capsules, documents, organizations, control },
    isOwn: async (request, organizationId) => {
      const person = await identity.sessionOf(request)
      return person !== undefined && members.roleOf(organizationId, person.userId) !== undefined
    },
    contextOf: (request, capsuleId) => {
      const { way } = sharing.access.admit(capsuleId, request)
      return way === undefined ? undefined : { link: way.linkId, email: way.email }
    },
    siteOf: (request) => domains.organizationAt(hostOf(request.url)),
    tellLead: (lead) => notifications.lead(lead),
    eraseElsewhere: (organizationId, email) => ai.chat.conversations.eraseOf(organizationId, email),
  })
  analytics.register(metrics)
  const ai = openAi({
    ...{ db: databases, config: config.ai, secrets, log, reportBug, tracer },
    ...{ textOf: publishedText(capsules, documents), jobs, fileOf: uploadedFiles(media) },
    openPage: (address) => openRemote(address, { ...media.remote, accept: 'text/html,*/*;q=0.5' }),
  })
  databases.changes.onConfirmed(capsuleChanged, ({ subject }) => {
    // Every node hears of it; one makes the index. What was missed in a failover is made by the first question.
    if (databases.isPrimary) void ai.chat.refresh(subject).catch(reportBug)
  })
  /** Region and role, no addresses. */
  const node = () => `region=${config.region}; role=${databases.isPrimary ? 'primary' : 'replica'}`
  purgeDeletedCapsules(databases, jobs, [
    (capsuleId) => realtime.questions.forget(capsuleId),
    (capsuleId) => sharing.links.forget(capsuleId),
    (capsuleId) => notifications.forget(capsuleId),
    (capsuleId) => analytics.forget(capsuleId),
    (capsuleId) => ai.chat.forget(capsuleId),
  ])
  const { flyApp: app, flyToken: token } = config.domains
  const domains = new Domains({
    ...{ db: databases, jobs, config: config.domains, origin: config.origin, log },
    certificates: app === undefined || token === undefined ? undefined : new FlyCertificates({ app, token }),
  })
  /** Which site a request sees by the host that it was sent to. */
  const site = sites({
    ...{ origin: config.origin, domains, organizations },
    front: (organizationId) =>
      capsules
        .list(organizationId, { limit: frontCapsulesMax, state: 'published' })
        .items.find(({ id }) => !sharing.access.isPrivate(id))?.slug,
  })
  const delivery = new Delivery({
    databases,
    node,
    jobs,
    bytesMax: config.cacheBytesMax,
    disk:
      !onDisk || config.cacheDiskBytesMax === 0
        ? undefined
        : {
            folder: join(config.data.folder, 'cache'),
            bytesMax: config.cacheDiskBytesMax,
            generation: generationOf(config),
          },
    cdn: config.cdn,
    origin: config.origin,
    reportBug,
  })
  const { pages } = delivery
  const availability = new Availability({
    ...{ databases, organizations, capsules, publications, log },
    origin: config.origin,
    node: config.cluster?.node ?? config.region,
    region: config.region,
    isEdge: config.cluster?.role === 'edge',
  })
  availability.register(metrics)
  const visitor: VisitorDeps = {
    origin: config.origin,
    secrets,
    pages,
    invalidation: delivery.invalidation,
    cdn: config.cdn?.name,
    organizations,
    capsules,
    sharing,
    publications,
    responses,
    richTexts: new RichTexts(databases),
    assets,
    code: assets.generation,
    media: media.assets,
    guard: media.guard,
    chat: ai.chat,
    addressOf,
    imageSize: pictureSize,
  }
  const visitorPages = new VisitorPages(visitor)
  return {
    mailer,
    addressOf,
    organizations,
    members,
    keys,
    identity,
    nativeFolder,
    media,
    documents,
    capsules,
    publications,
    stages,
    responses,
    sharing,
    control,
    access,
    position,
    node,
    realtime,
    analytics,
    ai,
    delivery,
    availability,
    notifications,
    domains,
    site,
    visitor,
    visitorPages,
  }
}

/** What a chat knows of a capsule: the words of what is published, block by block. */
function publishedText(capsules: Capsules, documents: Documents): TextOf {
  const wordsOf = (block: Block) => plainText({ format: 1, pages: [{ id: 'one', blocks: [block] }] })
  return (organizationId, capsuleId) => {
    const owner = organizationOf(capsuleId)
    const row = owner === organizationId ? capsules.get(owner, capsuleId) : undefined
    if (row?.state !== 'published' || row.publishedVersion === null) return undefined
    const document = documents.version(capsuleId, row.publishedVersion)
    return document && capsuleText({ version: row.publishedVersion, title: row.title }, document, wordsOf)
  }
}

/** The files whose texts a chat knows. */
function uploadedFiles({ assets, originals }: Media): FileOf {
  return (organizationId, assetId) => {
    const row = assets.find(assetId)
    if (row?.organizationId !== organizationId) return undefined
    const { hash, name, bytes } = row
    return {
      ...{ hash, name, bytes },
      async read() {
        using blob = await originals.open({ organizationId, hash })
        return blob === undefined ? undefined : await Bun.file(blob.path).arrayBuffer()
      },
    }
  }
}

/** Of the code that renders pages, and of what it is told besides the data: another one may render the same otherwise. */
function generationOf(config: Config): string {
  // From sources nothing tells one state of the code from another: nothing is taken over.
  const code = Bun.isStandaloneExecutable ? statSync(process.execPath).mtimeMs : performance.timeOrigin
  return `${version} ${code} ${config.origin} ${config.cdn?.name ?? ''}`
}

import { type Static, Type } from '@sinclair/typebox'
import { TypeCompiler } from '@sinclair/typebox/compiler'
import type { OrganizationId } from '../../src/db/ids.ts'
import { AppError } from '../../src/errors.ts'
import { wholeBody } from '../../src/http/body.ts'
import { type AddressOf, addressBlock, unknownAddress } from '../../src/http/client-address.ts'
import { parseJson } from '../../src/http/json-body.ts'
import { checkOrigin } from '../../src/http/origin-check.ts'
import { RateLimit } from '../../src/http/rate-limit.ts'
import type { Gathering } from './gathering.ts'
import { analyticsLimits as limits } from './limits.ts'
import { isMachine } from './machines.ts'
import { act } from './operations/told.ts'
import type { PublishedCapsules } from './published.ts'
import type { Salts } from './salts.ts'
import { devices } from './schema.ts'
import type { ContextOf, VisitContext } from './visit-context.ts'
import { anonymousVisitor, namedVisitor } from './visitors.ts'

const id = Type.String({ minLength: 1, maxLength: 64 })
/** Text of a stranger that an owner reads: without controls, and not long. */
const word = Type.String({ maxLength: 200, pattern: '^[^\\u0000-\\u001f\\u007f]*$' })
const beacon = Type.Object(
  {
    capsule: id,
    view: Type.String({ pattern: '^[A-Za-z0-9_-]{16,40}$' }),
    page: id,
    from: Type.Optional(Type.String({ maxLength: 64 })),
    source: Type.Optional(word),
    campaign: Type.Optional(word),
    device: Type.Union(devices.map((device) => Type.Literal(device))),
    ms: Type.Number({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }),
    gone: Type.Boolean(),
    acts: Type.Optional(
      Type.Array(Type.Object({ ...act.properties, detail: word }, { additionalProperties: false }), {
        maxItems: limits.actsPerBeaconMax,
      }),
    ),
  },
  { additionalProperties: false },
)
type Beacon = Static<typeof beacon>
const check = TypeCompiler.Compile(beacon)

export interface BeaconDeps {
  readonly origin: string
  readonly secret: string
  readonly addressOf: AddressOf
  readonly countryHeader: string | undefined
  readonly published: PublishedCapsules
  readonly salts: Salts
  readonly gathering: Gathering
  readonly contextOf: ContextOf
  /** Whose site a request was sent to; nobody's: the house's own, where every capsule stands. */
  readonly siteOf: (request: Request) => OrganizationId | undefined
  /** Whether somebody of the capsule's own team asks. */
  readonly isOwn: (request: Request, organizationId: OrganizationId) => boolean | Promise<boolean>
  readonly nowMs: () => number
}

/** What visitors' browsers tell of a visit. */
export class Beacons {
  /** Taken; and left out, by why. */
  readonly counts = { taken: 0, declined: 0, machine: 0, own: 0, unknown: 0 }
  readonly #limit: RateLimit

  constructor(private readonly deps: BeaconDeps) {
    this.#limit = new RateLimit(limits.beaconsPerAddress, deps.nowMs)
  }

  /**
   * Takes one beacon, or leaves it out without a word to whoever sent it.
   * @throws AppError forbidden from another site; rate-limited; unavailable; too-large; malformed; invalid; not-found for a capsule or a page
   * that nobody can visit.
   */
  async take(request: Request): Promise<void> {
    const { headers } = request
    // Who does not want to be watched is not, whatever the page's script thought (globalprivacycontrol.org; DNT).
    if (headers.get('sec-gpc') === '1' || headers.get('dnt') === '1') return this.#leaveOut('declined')
    checkOrigin(request, this.deps.origin)
    const address = this.deps.addressOf(request)
    this.#limit.take(addressBlock(address))
    if (isMachine(headers.get('user-agent'))) return this.#leaveOut('machine')
    const told = beaconIn(parseJson(await wholeBody(request, limits.beaconBytesMax, 'A beacon')))
    const site = this.deps.siteOf(request)
    const found = this.deps.published.of(told.capsule)
    // On an organization's own domain there is nothing but its own.
    const capsule = site === undefined || site === found?.organizationId ? found : undefined
    if (capsule === undefined || !capsule.pages.has(told.page)) {
      this.counts.unknown++
      throw new AppError('not-found', 'There is no such page that visitors see.', {
        faults: [{ pointer: capsule === undefined ? '/capsule' : '/page', message: 'is none that visitors see' }],
      })
    }
    if (headers.has('cookie') && (await this.deps.isOwn(request, capsule.organizationId))) return this.#leaveOut('own')
    const context = this.deps.contextOf(request, told.capsule)
    const visitor = await this.#visitorOf(request, capsule.organizationId, address, context)
    const isTaken = this.deps.gathering.add({
      capsuleId: told.capsule,
      visitor,
      email: context?.email ?? null,
      link: context?.link ?? '',
      source: told.source ?? '',
      campaign: told.campaign ?? '',
      country: this.#countryOf(request),
      device: told.device,
      view: told.view,
      page: told.page,
      from: told.from === '' ? capsule.firstPage : (told.from ?? null),
      ms: Math.min(Math.round(told.ms), limits.viewMsMax),
      gone: told.gone,
      atMs: this.deps.nowMs(),
      acts: told.acts ?? [],
    })
    if (!isTaken) {
      throw new AppError('unavailable', 'Too many beacons are waiting here.', { retryAfterS: 15 })
    }
    this.counts.taken++
  }

  #leaveOut(why: 'declined' | 'machine' | 'own'): void {
    this.counts[why]++
  }

  async #visitorOf(
    request: Request,
    organizationId: OrganizationId,
    address: string,
    context: VisitContext | undefined,
  ): Promise<string> {
    const { secret, salts } = this.deps
    if (context?.email) return namedVisitor(secret, organizationId, context.email)
    const known = salts.today()
    const salt = typeof known === 'string' ? known : await known
    const userAgent = request.headers.get('user-agent') ?? ''
    return anonymousVisitor(secret, salt, organizationId, address === unknownAddress ? '' : address, userAgent)
  }

  #countryOf(request: Request): string {
    const { countryHeader } = this.deps
    const told = countryHeader === undefined ? null : request.headers.get(countryHeader)
    const country = told?.trim().toUpperCase() ?? ''
    // XX and T1: Cloudflare does not know, or knows that it is Tor.
    return /^[A-Z]{2}$/.test(country) && country !== 'XX' ? country : ''
  }
}

function beaconIn(body: unknown): Beacon {
  if (check.Check(body)) return body
  const faults = [...check.Errors(body)].slice(0, 5).map(({ path, message }) => ({ pointer: path, message }))
  throw new AppError('invalid', 'This is no beacon of a visitor page.', { faults })
}

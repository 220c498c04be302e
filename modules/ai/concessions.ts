import type { Alias } from './config.ts'
import type { BeginOptions, Gateway } from './gateway.ts'
import type { Caller } from './governance/governance.ts'
import { Refusal } from './refusal.ts'
import { type AiRequest, isRecord, parseRequest } from './requests.ts'
import type { Begun } from './routing/attempt.ts'

/** Fields without which a request still means the same. */
const optional = ['max_tokens', 'max_completion_tokens', 'temperature', 'response_format'] as const
type Field = (typeof optional)[number]
const bounds: readonly Field[] = ['max_tokens', 'max_completion_tokens']
/** What stands in a field's place; undefined: nothing does. */
type Concession = readonly [field: Field, instead: 'max_completion_tokens' | undefined]

/** Statuses by which a provider says that it does not take a request as it is. */
const notTaken = [400, 404, 415, 422]
/** LiteLLM says "None" where it means nothing. */
const namesNothing = ['', 'None']
/** Models learn, and providers change what an address means. */
const rememberedMs = 3_600_000

/** Why a provider did not take a request. */
export interface Fault {
  readonly status: number
  readonly message: string
  readonly param: string
}

/**
 * Asks as was wished, and again without what a model refuses: some that think first take no temperature and want their bound under
 * another name. What a model named is remembered for an hour, so that only the first call asks twice; what was left out on suspicion
 * is not, for it may have been this one call's own fault.
 */
export class Concessions {
  readonly #known = new WeakMap<Alias, { readonly concessions: readonly Concession[]; readonly untilMs: number }>()

  constructor(private readonly gateway: Pick<Gateway, 'begin' | 'clock'>) {}

  /**
   * A stream that has begun, within one `beginMs` over all tries; undefined: no provider takes it, however it is asked.
   * @throws Refusal.
   */
  async begin(caller: Caller, request: AiRequest, alias: Alias, options: BeginOptions): Promise<Begun | undefined> {
    const { clock } = this.gateway
    const untilMs = clock.nowMs() + (options.beginMs ?? (request.streaming ? alias.beginMs : alias.totalMs))
    const known = this.#knownOf(alias)
    const named = [...known]
    let asked = without(request, known)
    for (;;) {
      const beginMs = Math.max(1, untilMs - clock.nowMs())
      const answer = await this.#ask(caller, asked, alias, { ...options, beginMs })
      if (!('message' in answer)) {
        // Only what is new begins an hour: what is merely used would never be asked again.
        if (named.length > known.length) {
          this.#known.set(alias, { concessions: named, untilMs: clock.nowMs() + rememberedMs })
        }
        return answer
      }
      const more = concessionsFor(asked, answer)
      if (more.concessions.length === 0) return undefined
      if (more.areNamed) named.push(...more.concessions)
      asked = without(asked, more.concessions)
    }
  }

  #knownOf(alias: Alias): readonly Concession[] {
    const known = this.#known.get(alias)
    return known === undefined || known.untilMs <= this.gateway.clock.nowMs() ? [] : known.concessions
  }

  async #ask(caller: Caller, request: AiRequest, alias: Alias, options: BeginOptions): Promise<Begun | Fault> {
    try {
      const begun = await this.gateway.begin(caller, request, alias, options)
      return begun.answer.kind === 'refused' ? faultOf(begun.answer.status, begun.answer.bytes) : begun
    } catch (error) {
      if (!(error instanceof Refusal) || !notTaken.includes(error.status)) throw error
      return { status: error.status, message: error.message, param: error.options.param ?? '' }
    }
  }
}

/** The same call without what was refused; none when there is nothing more to leave out. */
export function concededFor(request: AiRequest, fault: Fault): AiRequest | undefined {
  const { concessions } = concessionsFor(request, fault)
  return concessions.length === 0 ? undefined : without(request, concessions)
}

/** What a provider said, in OpenAI's shape. */
export function faultOf(status: number, bytes: Uint8Array): Fault {
  let error: unknown
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes))
    error = isRecord(value) ? (value.error ?? value) : undefined
  } catch {}
  const told = isRecord(error) ? error : { message: error }
  const text = (value: unknown) => (typeof value === 'string' ? value : '')
  return { status, message: text(told.message), param: text('param' in told ? told.param : undefined) }
}

/** What is named is left out; where nothing is named, all of it; nothing where the fault is of something else. */
function concessionsFor({ body }: AiRequest, { status, message, param }: Fault) {
  const none = { concessions: [] as readonly Concession[], areNamed: false }
  if (!notTaken.includes(status)) return none
  const [field = ''] = param.split(/[.[]/)
  if (!namesNothing.includes(field) && !optional.some((one) => one === field)) return none
  const isNamedAs = (one: Field) => one === field || isNamed(one, message)
  const present = optional.filter((one) => one in body)
  // A bound is meant by either of its names: who knows the one alone says it of the other too.
  const named = present.filter((one) => (bounds.includes(one) ? bounds.some(isNamedAs) : isNamedAs(one)))
  if (named.length === 0) return { concessions: present.map((one): Concession => [one, undefined]), areNamed: false }
  return { concessions: named.map((one): Concession => [one, insteadOf(one, body)]), areNamed: true }
}

/** A bound that is merely left out is put in again where there is a budget, so its other name is tried first. */
function insteadOf(field: Field, body: AiRequest['body']): Concession[1] {
  return field === 'max_tokens' && !('max_completion_tokens' in body) ? 'max_completion_tokens' : undefined
}

function isNamed(field: Field, message: string): boolean {
  return new RegExp(`\\b${field}\\b`).test(message)
}

function without(request: AiRequest, concessions: readonly Concession[]): AiRequest {
  const body: Record<string, unknown> = { ...request.body }
  let isSame = true
  for (const [field, instead] of concessions) {
    if (!(field in body)) continue
    if (instead !== undefined) body[instead] = body[field]
    delete body[field]
    isSame = false
  }
  return isSame ? request : parseRequest(request.endpoint, new TextEncoder().encode(JSON.stringify(body)).buffer)
}

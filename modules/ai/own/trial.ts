import type { Clock } from '../clock.ts'
import { concededFor, type Fault, faultOf } from '../concessions.ts'
import { aliasWith, type Provider, type Route } from '../config.ts'
import type { Caller, Governance } from '../governance/governance.ts'
import { Refusal } from '../refusal.ts'
import { type AiRequest, parseRequest } from '../requests.ts'
import { Attempt, type Begun } from '../routing/attempt.ts'
import { AttemptFailure } from '../routing/failure.ts'
import { withoutKeys } from '../routing/fault-body.ts'
import type { Transport } from '../routing/transport.ts'
import type { OwnProvider } from './own-provider.ts'

/** What came of one small call. */
export interface TrialResult {
  readonly works: boolean
  readonly model: string
  /** What went wrong, in words for whoever set it up. */
  readonly why: string | null
  readonly tookMs: number
}

export interface TrialParts {
  readonly governance: Pick<Governance, 'open'>
  readonly transport: Transport
  readonly clock: Clock
}

const trialMsMax = 15_000
const whyLengthMax = 300
/** Enough for a model that thinks before it says a word. */
const tokensMax = 64

/** Asks a provider for a few words, or for the meaning of one: what works here works in a chat. Metered as any other call. */
export async function tryProvider(
  parts: TrialParts,
  caller: Caller,
  { provider, chat, embeddings, models }: OwnProvider,
): Promise<TrialResult> {
  const model = chat ?? models.find(({ name }) => name !== embeddings)?.name ?? embeddings ?? ''
  const route: Route = { provider, model, tier: 0, weight: 1 }
  const startedMs = parts.clock.nowMs()
  const untilMs = startedMs + trialMsMax
  let request: AiRequest | undefined = requestFor(model, model === embeddings && chat !== model)
  let why: string | undefined
  while (request !== undefined) {
    const refused = await tryOnce(parts, caller, route, request, untilMs)
    const isFault = typeof refused === 'object'
    why = isFault ? inWords(refused, provider) : refused
    // As a chat does: what a model takes no word of is left out.
    request = isFault ? concededFor(request, refused) : undefined
  }
  return { works: why === undefined, model, why: why ?? null, tookMs: Math.round(parts.clock.nowMs() - startedMs) }
}

/** Undefined: it works. A fault: the provider refused the call. */
async function tryOnce(
  { governance, transport, clock }: TrialParts,
  caller: Caller,
  route: Route,
  request: AiRequest,
  untilMs: number,
): Promise<Fault | string | undefined> {
  let meter: Begun['meter']
  try {
    meter = await governance.open(caller, request, aliasWith(route.model, [route]), route)
  } catch (error) {
    const refusal = Refusal.from(error)
    if (refusal === undefined) throw error
    return refusal.message
  }
  const attempt = new Attempt({ request, route, meter, transport, clock })
  const cancel = clock.after(Math.max(0, untilMs - clock.nowMs()), () => attempt.abort())
  try {
    const answer = await attempt.begin()
    if (answer.kind === 'whole') {
      meter.close({ outcome: 'whole', usage: answer.usage, outputSeen: 1 })
      return undefined
    }
    meter.close({ outcome: 'failed', mayCost: false })
    return answer.kind === 'refused' ? faultOf(answer.status, answer.bytes) : 'It answered with a stream.'
  } catch (error) {
    if (!(error instanceof AttemptFailure)) throw error
    meter.close({ outcome: 'failed', mayCost: error.mayCost })
    if (clock.nowMs() >= untilMs) return `It said nothing within ${trialMsMax / 1_000} s.`
    const { status, body } = error.details
    return status === undefined ? error.message : faultOf(status, new TextEncoder().encode(body))
  } finally {
    cancel()
  }
}

function requestFor(model: string, isEmbedding: boolean) {
  const body = isEmbedding
    ? { model, input: ['Hello'], encoding_format: 'float' }
    : { model, messages: [{ role: 'user', content: 'Say OK.' }], max_tokens: tokensMax }
  const bytes = new TextEncoder().encode(JSON.stringify(body))
  return parseRequest(isEmbedding ? 'embeddings' : 'chat/completions', bytes.buffer)
}

/** A fault in a shape of its own was cleaned as it was written; what its JSON says may still be a key. */
function inWords({ status, message }: Fault, provider: Provider): string {
  const meaning =
    status === 401 || status === 403
      ? 'It does not take the key'
      : status === 404
        ? 'It knows no such model or address'
        : status === 429
          ? 'It takes no more calls for now'
          : 'It refused the call'
  const words = withoutKeys(message, provider).slice(0, whyLengthMax)
  return `${meaning} (status ${status})${words === '' ? '.' : `: ${words}`}`
}

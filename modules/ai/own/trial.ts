import type { Clock } from '../clock.ts'
import { aliasWith, type Route } from '../config.ts'
import type { Caller, Governance } from '../governance/governance.ts'
import { Refusal } from '../refusal.ts'
import { isRecord, parseRequest } from '../requests.ts'
import { Attempt, type Begun } from '../routing/attempt.ts'
import { AttemptFailure } from '../routing/failure.ts'
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
  readonly governance: Governance
  readonly transport: Transport
  readonly clock: Clock
}

const trialMsMax = 15_000
const whyLengthMax = 300
/** Enough for a model that thinks before it says a word. */
const tokensMax = 64

/** Asks a provider for a few words, or for the meaning of one: what works here works in a chat. Metered as any other call. */
export async function tryProvider(
  { governance, transport, clock }: TrialParts,
  caller: Caller,
  { provider, chat, embeddings, models }: OwnProvider,
): Promise<TrialResult> {
  const model = chat ?? models.find(({ name }) => name !== embeddings)?.name ?? embeddings ?? ''
  const route: Route = { provider, model, tier: 0, weight: 1 }
  const request = requestFor(model, model === embeddings && chat !== model)
  const startedMs = clock.nowMs()
  const result = (why: string | null): TrialResult => ({
    ...{ works: why === null, model, why: why === null ? null : withoutKey(why, provider.key) },
    tookMs: Math.round(clock.nowMs() - startedMs),
  })
  let meter: Begun['meter']
  try {
    meter = await governance.open(caller, request, aliasWith(model, [route]), route)
  } catch (error) {
    const refusal = Refusal.from(error)
    if (refusal === undefined) throw error
    return result(refusal.message)
  }
  const attempt = new Attempt({ request, route, meter, transport, clock })
  const cancel = clock.after(trialMsMax, () => attempt.abort())
  try {
    const answer = await attempt.begin()
    if (answer.kind === 'whole') {
      meter.close({ outcome: 'whole', usage: answer.usage, outputSeen: 1 })
      return result(null)
    }
    meter.close({ outcome: 'failed', mayCost: false })
    return result(answer.kind === 'refused' ? refused(answer.status, answer.bytes) : 'It answered with a stream.')
  } catch (error) {
    if (!(error instanceof AttemptFailure)) throw error
    meter.close({ outcome: 'failed', mayCost: error.mayCost })
    if (clock.nowMs() - startedMs >= trialMsMax) return result(`It said nothing within ${trialMsMax / 1_000} s.`)
    const { status, body } = error.details
    return result(status === undefined ? error.message : refused(status, new TextEncoder().encode(body)))
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

function refused(status: number, bytes: Uint8Array): string {
  const said = messageIn(new TextDecoder().decode(bytes))
  const meaning =
    status === 401 || status === 403
      ? 'It does not take the key'
      : status === 404
        ? 'It knows no such model or address'
        : status === 429
          ? 'It takes no more calls for now'
          : 'It refused the call'
  return `${meaning} (status ${status})${said === undefined ? '.' : `: ${said}`}`
}

function messageIn(text: string): string | undefined {
  try {
    const value: unknown = JSON.parse(text)
    const error = isRecord(value) ? (value.error ?? value) : undefined
    const message = isRecord(error) ? error.message : error
    return typeof message === 'string' ? message.slice(0, whyLengthMax) : undefined
  } catch {
    return undefined
  }
}

/** Some repeat what they were sent. */
function withoutKey(text: string, key: string | undefined): string {
  return key === undefined ? text : text.replaceAll(key, '…')
}

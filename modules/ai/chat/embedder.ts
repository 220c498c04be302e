import type { OrganizationId } from '../../../src/db/ids.ts'
import type { Gateway } from '../gateway.ts'
import type { Caller } from '../governance/governance.ts'
import { isRecord, parseRequest } from '../requests.ts'
import { type Meaning, meaningOf } from './vectors.ts'

/** Texts of one call. */
export const textsMax = 64
const textLengthMax = 4_000
/** Dimensions that are kept. */
const dimensionsMax = 8_192

export interface Embedded {
  /** Which provider's model it was: meanings of two cannot be compared. */
  readonly model: string
  readonly meanings: readonly Meaning[]
}

/** What texts mean, by the model that the organization has for it; billed, bounded and routed as any other call. */
export class Embedder {
  constructor(private readonly gateway: Gateway) {}

  /** As whose vectors an organization's will most likely be kept; undefined: nothing says what its texts mean. */
  modelOf(organizationId: OrganizationId): string | undefined {
    const [usual] = this.gateway.offerTo(organizationId).embeddings?.routes ?? []
    return usual && `${usual.provider.name}/${usual.model}`
  }

  /** @throws Refusal when no provider answers in time, or the budget does not hold it; Error for an answer that is none. */
  async of(
    caller: Caller,
    texts: readonly string[],
    options: { readonly signal: AbortSignal; readonly beginMs?: number },
  ): Promise<Embedded> {
    const alias = this.gateway.offerTo(caller.organizationId).embeddings
    if (alias === undefined) throw new Error('There is no model that embeds.')
    const input = texts.slice(0, textsMax).map((text) => text.slice(0, textLengthMax).toWellFormed())
    const body = JSON.stringify({ model: alias.name, input, encoding_format: 'float' })
    const request = parseRequest('embeddings', new TextEncoder().encode(body).buffer)
    const { answer, route } = await this.gateway.begin(caller, request, alias, options)
    if (answer.kind !== 'whole') throw new Error(`${route.provider.name} does not embed.`)
    return { model: `${route.provider.name}/${route.model}`, meanings: meaningsIn(answer.bytes, input.length) }
  }
}

function meaningsIn(bytes: Uint8Array, expected: number): Meaning[] {
  const body: unknown = JSON.parse(new TextDecoder().decode(bytes))
  const data = isRecord(body) && Array.isArray(body.data) ? body.data : []
  const found: Meaning[] = []
  for (const [n, one] of data.entries()) {
    const at = isRecord(one) && typeof one.index === 'number' ? one.index : n
    const numbers = isRecord(one) ? one.embedding : undefined
    const meaning = isVector(numbers) ? meaningOf(numbers) : undefined
    if (meaning !== undefined) found[at] = meaning
  }
  const whole = Array.from({ length: expected }, (_, n) => found[n])
  if (!whole.every((meaning) => meaning !== undefined)) throw new Error('The provider left texts without a vector.')
  return whole
}

function isVector(value: unknown): value is number[] {
  return Array.isArray(value) && value.length <= dimensionsMax && value.every((one) => typeof one === 'number')
}

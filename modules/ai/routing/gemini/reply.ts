import { isRecord } from '../../requests.ts'

/** Ends by which an answer is one; everything that is a filter's is `content_filter`. */
const finishes: Readonly<Record<string, string>> = {
  STOP: 'stop',
  MAX_TOKENS: 'length',
  SAFETY: 'content_filter',
  RECITATION: 'content_filter',
  LANGUAGE: 'content_filter',
  BLOCKLIST: 'content_filter',
  PROHIBITED_CONTENT: 'content_filter',
  SPII: 'content_filter',
  IMAGE_SAFETY: 'content_filter',
  IMAGE_PROHIBITED_CONTENT: 'content_filter',
  IMAGE_RECITATION: 'content_filter',
}

/** Undefined: it broke off (a call that was malformed, say), and what came is no answer. */
export function finishOf(reason: unknown, hasCalls: boolean): string | undefined {
  return reason === 'STOP' && hasCalls ? 'tool_calls' : finishes[String(reason)]
}

export function failureOf(reason: unknown): object {
  const message = `The model broke off: ${String(reason)}.`
  return { error: { message, type: 'upstream_error', param: null, code: String(reason).toLowerCase() } }
}

/** Why nothing was said at all: the prompt was refused. */
export function blockReasonOf(reply: Readonly<Record<string, unknown>>): string | undefined {
  const reason = isRecord(reply.promptFeedback) ? reply.promptFeedback.blockReason : undefined
  return typeof reason === 'string' ? reason : undefined
}

/** Thoughts are paid as output, and stand apart in both counts; what was cached is part of the prompt in both. */
export function usageOf(usage: unknown): object | undefined {
  if (!isRecord(usage)) return undefined
  const count = (name: string) => (typeof usage[name] === 'number' ? (usage[name] as number) : 0)
  const prompt = count('promptTokenCount') + count('toolUsePromptTokenCount')
  const thoughts = count('thoughtsTokenCount')
  const completion = count('candidatesTokenCount') + thoughts
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
    prompt_tokens_details: { cached_tokens: count('cachedContentTokenCount') },
    completion_tokens_details: { reasoning_tokens: thoughts },
  }
}

export interface Said {
  readonly text: string
  readonly thoughts: string
  readonly calls: readonly object[]
}

/** What stands in the parts of a candidate. `firstCall` numbers the calls on. */
export function saidIn(candidate: Readonly<Record<string, unknown>>, firstCall = 0): Said {
  const parts = isRecord(candidate.content) && Array.isArray(candidate.content.parts) ? candidate.content.parts : []
  const all = parts.filter(isRecord)
  const words = (thought: boolean) =>
    all
      .filter((part) => typeof part.text === 'string' && (part.thought === true) === thought)
      .map(({ text }) => String(text))
      .join('')
  const calls = all.filter(({ functionCall: call }) => isRecord(call))
  return { text: words(false), thoughts: words(true), calls: calls.map((part, n) => toCall(part, firstCall + n)) }
}

function toCall({ functionCall, thoughtSignature: signature }: Readonly<Record<string, unknown>>, index: number) {
  const call = isRecord(functionCall) ? functionCall : {}
  return {
    index,
    id: typeof call.id === 'string' && call.id !== '' ? call.id : `call_${crypto.randomUUID()}`,
    type: 'function',
    function: { name: call.name, arguments: JSON.stringify(call.args ?? {}) },
    // Given back with the call, it lets the model think on; it stands where Google's own OpenAI address has it.
    ...(typeof signature === 'string' && { extra_content: { google: { thought_signature: signature } } }),
  }
}

/** A whole reply as a chat completion; anything else as it is, to be judged as garbage or as an error. */
export function toCompletion(text: string, nowS: number): string {
  const reply = parsed(text)
  if (!isRecord(reply)) return text
  const blocked = blockReasonOf(reply)
  const candidates = Array.isArray(reply.candidates) ? reply.candidates.filter(isRecord) : []
  if (candidates.length === 0 && blocked === undefined) return text
  const broken = candidates.find((one) => finishOf(one.finishReason, false) === undefined)
  if (broken !== undefined) return JSON.stringify(failureOf(broken.finishReason))
  const choices = candidates.map((candidate, n) => {
    const { text: content, thoughts, calls } = saidIn(candidate)
    return {
      index: typeof candidate.index === 'number' ? candidate.index : n,
      message: {
        role: 'assistant',
        content: content === '' ? null : content,
        refusal: null,
        ...(thoughts !== '' && { reasoning_content: thoughts }),
        ...(calls.length > 0 && { tool_calls: calls }),
      },
      logprobs: null,
      finish_reason: finishOf(candidate.finishReason, calls.length > 0),
    }
  })
  const refused = {
    index: 0,
    message: { role: 'assistant', content: null, refusal: `The prompt was refused: ${blocked}.` },
    logprobs: null,
    finish_reason: 'content_filter',
  }
  return JSON.stringify({
    id: reply.responseId ?? `chatcmpl-${crypto.randomUUID()}`,
    object: 'chat.completion',
    created: nowS,
    model: reply.modelVersion ?? '',
    choices: choices.length > 0 ? choices : [refused],
    usage: usageOf(reply.usageMetadata),
  })
}

/** What was asked for along with texts to embed. */
export interface EmbeddingWish {
  readonly model: string
  /** Clients of OpenAI ask for it by themselves: little-endian floats. */
  readonly base64: boolean
  readonly tokensEstimate: number
}

/** A reply of batchEmbedContents as a list of embeddings. Its count of tokens is told where there is one. */
export function toEmbeddings(text: string, { model, base64, tokensEstimate }: EmbeddingWish): string {
  const reply = parsed(text)
  if (!isRecord(reply) || !Array.isArray(reply.embeddings)) return text
  const data = reply.embeddings.map((one: unknown, index) => {
    const values = isRecord(one) && Array.isArray(one.values) ? one.values.map(Number) : []
    const embedding = base64 ? Buffer.from(new Float32Array(values).buffer).toString('base64') : values
    return { object: 'embedding', index, embedding }
  })
  const counted = isRecord(reply.usageMetadata) ? reply.usageMetadata.promptTokenCount : undefined
  const tokens = typeof counted === 'number' ? counted : tokensEstimate
  return JSON.stringify({ object: 'list', data, model, usage: { prompt_tokens: tokens, total_tokens: tokens } })
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

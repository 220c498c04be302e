import { newId, organizationOf } from '../../../src/db/ids.ts'
import { AppError } from '../../../src/errors.ts'
import { type Caller, unknownModel } from '../governance/governance.ts'
import { streamHeaders } from '../proxy.ts'
import { invalid, Refusal } from '../refusal.ts'
import { type AiRequest, isRecord } from '../requests.ts'
import type { CapsuleChat, ChatEvent } from './capsule-chat.ts'
import type { Turn } from './prompt.ts'

export const capsuleModel = 'capsule/'
/** What a quotation cannot do; a call that asks for it must hear so. */
const unsupported = ['tools', 'tool_choice', 'functions', 'response_format', 'logprobs', 'audio']

/** A capsule's own chat as a model of OpenAI's protocol: `capsule/{id}`. */
export class CapsuleModel {
  constructor(
    private readonly chat: CapsuleChat,
    private readonly nowMs: () => number,
  ) {}

  /** @throws Refusal. */
  async answer(
    caller: Caller,
    request: AiRequest,
    language: string | undefined,
    signal: AbortSignal,
  ): Promise<Response> {
    const capsuleId = request.model.slice(capsuleModel.length)
    if (ownerOf(capsuleId) !== caller.organizationId) throw unknownModel(request.model)
    const given = unsupported.find((name) => request.body[name] !== undefined && request.body[name] !== null)
    if (given !== undefined) throw invalid(`'${given}' is not possible with a capsule's chat.`, given)
    const { question, turns } = conversationIn(request)
    const left = new AbortController()
    signal.addEventListener('abort', () => left.abort(), { once: true })
    let events: AsyncGenerator<ChatEvent, void, void>
    try {
      const { keyId } = caller
      events = this.chat.open({ capsuleId, question, turns, visitor: keyId, keyId, language, signal: left.signal })
    } catch (error) {
      throw error instanceof AppError && error.code === 'not-found' ? unknownModel(request.model) : error
    }
    const head = {
      id: newId('cmp', caller.organizationId),
      created: Math.floor(this.nowMs() / 1_000),
      model: request.model,
    }
    return request.streaming ? streamed(events, head, left) : whole(events, head)
  }
}

interface Head {
  readonly id: string
  readonly created: number
  readonly model: string
}

function streamed(events: AsyncGenerator<ChatEvent, void, void>, head: Head, left: AbortController): Response {
  const encoder = new TextEncoder()
  const chunk = (delta: object, finish: string | null, more: object = {}) =>
    encoder.encode(
      `data: ${JSON.stringify({
        ...head,
        object: 'chat.completion.chunk',
        choices: [{ index: 0, delta, finish_reason: finish }],
        ...more,
      })}\n\n`,
    )
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(chunk({ role: 'assistant', content: '' }, null)),
    async pull(controller) {
      const { done, value } = await events.next()
      if (done) return controller.close()
      if (value.type === 'words') return controller.enqueue(chunk({ content: value.text }, null))
      controller.enqueue(chunk({}, 'stop', aside(value)))
      controller.enqueue(encoder.encode('data: [DONE]\n\n'))
    },
    async cancel() {
      left.abort()
      await events.return()
    },
  })
  return new Response(body, { headers: streamHeaders })
}

async function whole(events: AsyncGenerator<ChatEvent, void, void>, head: Head): Promise<Response> {
  for await (const event of events) {
    if (event.type !== 'end') continue
    const message = { role: 'assistant', content: event.text, refusal: null }
    return Response.json(
      {
        ...head,
        object: 'chat.completion',
        choices: [{ index: 0, message, logprobs: null, finish_reason: 'stop' }],
        ...aside(event),
      },
      { headers: { 'cache-control': 'no-store' } },
    )
  }
  throw new Refusal(499, 'invalid_request_error', 'The client left.')
}

/** What OpenAI's protocol has no field for: clients pass it over. */
function aside({ source, answers, citations }: Extract<ChatEvent, { type: 'end' }>) {
  return { encapsify: { source, answers, citations } }
}

function conversationIn(request: AiRequest): { question: string; turns: Turn[] } {
  const messages = (request.body.messages as readonly unknown[]).filter(isRecord)
  const turns: Turn[] = []
  let question = ''
  for (const message of messages) {
    const text = textOf(message.content)
    if (message.role === 'user') question = text
    if (message.role !== 'assistant' || question === '') continue
    turns.push({ question, answer: text })
    question = ''
  }
  if (question === '') throw invalid('The last message must be a question of the user.', 'messages')
  return { question, turns: turns.slice(-8) }
}

function textOf(content: unknown): string {
  if (typeof content === 'string') return content
  if (!Array.isArray(content)) return ''
  return content.map((part: unknown) => (isRecord(part) && typeof part.text === 'string' ? part.text : '')).join('\n')
}

function ownerOf(capsuleId: string): string | undefined {
  try {
    return organizationOf(capsuleId)
  } catch {
    return undefined
  }
}

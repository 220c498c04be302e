import type { Route } from './config.ts'
import { limits } from './limits.ts'
import { pictureFault } from './pictures.ts'
import { invalid, Refusal } from './refusal.ts'

export type Endpoint = 'chat/completions' | 'embeddings'

/** A call as the client made it, checked as far as we must understand it; everything else goes through untouched. */
export interface AiRequest {
  readonly endpoint: Endpoint
  readonly model: string
  readonly streaming: boolean
  /** Whether the client asked for the usage at the end of its stream. */
  readonly body: Readonly<Record<string, unknown>>
  readonly text: string
  /** More input tokens than this it cannot have: a token is at least a byte of text. */
  readonly inputTokensMost: number
  readonly inputTokensEstimate: number
  /** What the client bounds the answer by, all choices together; undefined: by nothing. */
  readonly outputTokensMost: number | undefined
}

/** Tokens that providers count for a picture: the most we know of, and a usual one. */
const pictureTokensMost = 40_000
const pictureTokensUsual = 1_000
const decoder = new TextDecoder('utf-8', { fatal: true })

/** @throws Refusal 400 or 413, naming the field. */
export function parseRequest(endpoint: Endpoint, bytes: ArrayBuffer): AiRequest {
  if (bytes.byteLength > limits.requestBytesMax) {
    throw new Refusal(413, 'invalid_request_error', `A request has at most ${limits.requestBytesMax} bytes.`, {
      code: 'request_too_large',
    })
  }
  const text = decode(bytes)
  const body = parse(text)
  const model = body.model
  if (typeof model !== 'string' || model === '' || model.length > limits.modelNameLengthMax) {
    throw invalid('You must provide a model parameter.', 'model')
  }
  return endpoint === 'embeddings' ? embeddings(body, text, model) : chat(body, text, model)
}

/** The body for one route: the client's own bytes, unless the model has another name there or a bound must be put in. */
export function bodyFor(request: AiRequest, route: Route, outputTokensMax: number | undefined): string {
  if (route.model === request.model && outputTokensMax === undefined) return request.text
  const bound = outputTokensMax === undefined ? {} : { [route.provider.outputLimit]: outputTokensMax }
  return JSON.stringify({ ...request.body, model: route.model, ...bound })
}

function decode(bytes: ArrayBuffer): string {
  try {
    return decoder.decode(bytes)
  } catch {
    throw invalid('The body is not valid UTF-8.')
  }
}

function parse(text: string): Record<string, unknown> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw invalid('We could not parse the JSON body of your request.')
  }
  if (!isRecord(value)) throw invalid('The body must be a JSON object.')
  return value
}

function embeddings(body: Record<string, unknown>, text: string, model: string): AiRequest {
  const { input } = body
  const items = Array.isArray(input) ? input : [input]
  const tokens = items.length > 0 && items.every((item) => typeof item === 'number')
  const good = tokens || items.every((item) => (typeof item === 'string' && item !== '') || Array.isArray(item))
  if (items.length === 0 || !good) throw invalid("'input' must be a text, or a list of texts or tokens.", 'input')
  if (!tokens && items.length > limits.embeddingInputsMax) {
    throw invalid(`'input' has at most ${limits.embeddingInputsMax} items.`, 'input')
  }
  const most = Buffer.byteLength(text)
  return {
    endpoint: 'embeddings',
    model,
    streaming: false,
    body,
    text,
    inputTokensMost: most,
    inputTokensEstimate: Math.ceil(most / 4),
    outputTokensMost: 0,
  }
}

function chat(body: Record<string, unknown>, text: string, model: string): AiRequest {
  const pictures = checkMessages(body.messages)
  checkTools(body.tools)
  const streaming = optional(body, 'stream', 'boolean') === true
  const choices = count(body, 'n', limits.choicesMax) ?? 1
  const bound = count(body, 'max_completion_tokens') ?? count(body, 'max_tokens')
  const format = optional(body, 'response_format', 'object')
  if (format !== undefined && (!isRecord(format) || typeof format.type !== 'string')) {
    throw invalid("'response_format' must be an object with a type.", 'response_format')
  }
  const options = optional(body, 'stream_options', 'object')
  if (options !== undefined && !streaming) {
    throw invalid("'stream_options' is only allowed when 'stream' is true.", 'stream_options')
  }
  const words = Buffer.byteLength(text) - pictures.bytes
  return {
    endpoint: 'chat/completions',
    model,
    streaming,
    body,
    text,
    inputTokensMost: words + pictures.count * pictureTokensMost,
    inputTokensEstimate: Math.ceil(words / 4) + pictures.count * pictureTokensUsual,
    outputTokensMost: bound === undefined ? undefined : bound * choices,
  }
}

const roles = ['system', 'developer', 'user', 'assistant', 'tool', 'function']

function checkMessages(messages: unknown): { count: number; bytes: number } {
  if (!Array.isArray(messages) || messages.length === 0) {
    throw invalid("'messages' must be a list with at least one message.", 'messages')
  }
  if (messages.length > limits.messagesMax) {
    throw invalid(`'messages' has at most ${limits.messagesMax} messages.`, 'messages')
  }
  const pictures = { count: 0, bytes: 0 }
  for (const [n, message] of messages.entries()) {
    const place = `messages[${n}]`
    if (!isRecord(message)) throw invalid(`'${place}' must be an object.`, place)
    if (typeof message.role !== 'string' || !roles.includes(message.role)) {
      throw invalid(`'${place}.role' must be one of ${roles.join(', ')}.`, `${place}.role`)
    }
    const { content } = message
    if (Array.isArray(content)) checkParts(content, `${place}.content`, pictures)
    else if (content !== undefined && content !== null && typeof content !== 'string') {
      throw invalid(`'${place}.content' must be a text or a list of parts.`, `${place}.content`)
    }
  }
  return pictures
}

function checkParts(parts: readonly unknown[], place: string, pictures: { count: number; bytes: number }): void {
  for (const [n, part] of parts.entries()) {
    const here = `${place}[${n}]`
    if (!isRecord(part) || typeof part.type !== 'string') throw invalid(`'${here}' must be a part with a type.`, here)
    if (part.type !== 'image_url') continue
    const url = isRecord(part.image_url) ? part.image_url.url : undefined
    if (typeof url !== 'string') throw invalid(`'${here}.image_url.url' must be a text.`, `${here}.image_url.url`)
    const fault = pictureFault(url)
    if (fault !== undefined) throw invalid(`'${here}.image_url.url' ${fault}.`, `${here}.image_url.url`)
    pictures.count++
    pictures.bytes += url.length
    if (pictures.count > limits.picturesMax) {
      throw invalid(`A request has at most ${limits.picturesMax} pictures.`, here)
    }
  }
}

function checkTools(tools: unknown): void {
  if (tools === undefined || tools === null) return
  if (!Array.isArray(tools)) throw invalid("'tools' must be a list.", 'tools')
  if (tools.length > limits.toolsMax) throw invalid(`'tools' has at most ${limits.toolsMax} tools.`, 'tools')
  for (const [n, tool] of tools.entries()) {
    const place = `tools[${n}]`
    if (!isRecord(tool) || typeof tool.type !== 'string') throw invalid(`'${place}.type' must be a text.`, place)
    if (tool.type !== 'function') continue
    const name = isRecord(tool.function) ? tool.function.name : undefined
    if (typeof name !== 'string' || !/^[\w-]{1,64}$/.test(name)) {
      throw invalid(`'${place}.function.name' must have 1 to 64 letters, digits, _ or -.`, `${place}.function.name`)
    }
  }
}

function optional(body: Record<string, unknown>, name: string, type: 'boolean' | 'object'): unknown {
  const value = body[name]
  if (value === undefined || value === null) return undefined
  if (typeof value !== type) throw invalid(`'${name}' must be of type ${type}.`, name)
  return value
}

function count(body: Record<string, unknown>, name: string, most = Number.MAX_SAFE_INTEGER): number | undefined {
  const value = body[name]
  if (value === undefined || value === null) return undefined
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 1 || value > most) {
    throw invalid(`'${name}' must be a whole number from 1${most < 1e9 ? ` to ${most}` : ''}.`, name)
  }
  return value
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

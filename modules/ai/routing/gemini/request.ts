import { isRecord } from '../../requests.ts'
import { AttemptFailure } from '../failure.ts'

/** What answers in place of a signature that a client has not given back (ai.google.dev/gemini-api/docs/thought-signatures). */
const noSignature = 'skip_thought_signature_validator'
/** Fields that change an answer, and for which there is no word here: left out, it would be a wrong one. */
const unknownFields = ['logprobs', 'logit_bias', 'audio', 'web_search_options', 'prediction'] as const
/** What thinking may cost with models that count it in tokens, as Google's own OpenAI address has it. */
const budgets: Readonly<Record<string, number>> = { none: 0, minimal: 1_024, low: 1_024, medium: 8_192, high: 24_576 }
const levels: Readonly<Record<string, string>> = { minimal: 'low', low: 'low', medium: 'medium', high: 'high' }
/** Items of one call of batchEmbedContents. */
const embeddingsMax = 100

type Body = Readonly<Record<string, unknown>>

/**
 * A chat of OpenAI's protocol as a request of generateContent (ai.google.dev/api/generate-content).
 * @throws AttemptFailure `unsupported` for what it has no word for.
 */
export function toContents(text: string, model: string): string {
  const body = JSON.parse(text) as Body
  checkSupported(body)
  const messages = (body.messages as readonly unknown[]).filter(isRecord)
  const system = messages.filter(({ role }) => role === 'system' || role === 'developer')
  const tools = Array.isArray(body.tools) ? body.tools.filter(isRecord).map(toDeclaration) : []
  const names = toolNames(messages)
  return JSON.stringify({
    contents: joined(messages.flatMap((message) => toContent(message, names, needsSignatures(model)))),
    ...(system.length > 0 && { systemInstruction: { parts: system.flatMap(({ content }) => partsOf(content)) } }),
    ...(tools.length > 0 && { tools: [{ functionDeclarations: tools }], ...toolConfig(body.tool_choice) }),
    generationConfig: generationConfig(body, model),
  })
}

/** Texts to embed as a request of batchEmbedContents (ai.google.dev/api/embeddings). @throws AttemptFailure. */
export function toEmbedRequests(text: string, model: string): string {
  const { input, dimensions } = JSON.parse(text) as Body
  const texts = Array.isArray(input) ? input : [input]
  if (!texts.every((one) => typeof one === 'string')) throw unsupported("'input' as tokens")
  if (texts.length > embeddingsMax) throw unsupported(`'input' with more than ${embeddingsMax} items`)
  return JSON.stringify({
    requests: texts.map((one) => ({
      model: pathOf(model),
      content: { parts: [{ text: one }] },
      ...(typeof dimensions === 'number' && { outputDimensionality: dimensions }),
    })),
  })
}

/** A model's name as a path: tuned ones and those of Vertex are given with theirs. */
export function pathOf(model: string): string {
  return model.includes('/') ? model : `models/${model}`
}

function checkSupported(body: Body): void {
  const lacks = unknownFields.find((name) => body[name] !== undefined && body[name] !== null && body[name] !== false)
  if (lacks !== undefined) throw unsupported(`'${lacks}'`)
  if (body.parallel_tool_calls === false && Array.isArray(body.tools)) throw unsupported("'parallel_tool_calls': false")
}

function unsupported(what: string): AttemptFailure {
  return new AttemptFailure('unsupported', `${what} is not possible with the provider of this model.`)
}

interface Content {
  readonly role: 'user' | 'model'
  readonly parts: readonly object[]
}

/** Results name the function that they are of, and not only the call. */
function toolNames(messages: readonly Body[]): ReadonlyMap<unknown, unknown> {
  const calls = messages.flatMap(({ tool_calls: calls }) => (Array.isArray(calls) ? calls.filter(isRecord) : []))
  return new Map(calls.map((call) => [call.id, isRecord(call.function) ? call.function.name : undefined]))
}

function toContent(message: Body, names: ReadonlyMap<unknown, unknown>, signed: boolean): Content[] {
  const { role, content } = message
  if (role === 'tool' || role === 'function') {
    const id = message.tool_call_id
    const name = names.get(id) ?? message.name ?? id
    return [{ role: 'user', parts: [{ functionResponse: { ...idOf(id), name, response: resultOf(content) } }] }]
  }
  if (role === 'assistant') {
    const calls = Array.isArray(message.tool_calls) ? message.tool_calls.filter(isRecord) : []
    const parts = calls.map((call, place) => toCall(call, signed && place === 0))
    return [{ role: 'model', parts: [...partsOf(content), ...parts] }]
  }
  return role === 'user' ? [{ role: 'user', parts: partsOf(content) }] : []
}

/** Messages of one side stand together: results of one turn's calls belong into one content. */
function joined(contents: readonly Content[]): Content[] {
  const result: Content[] = []
  for (const content of contents) {
    const last = result.at(-1)
    if (content.parts.length === 0) continue
    if (last?.role === content.role)
      result[result.length - 1] = { role: last.role, parts: [...last.parts, ...content.parts] }
    else result.push(content)
  }
  return result
}

function partsOf(content: unknown): object[] {
  if (typeof content === 'string') return content === '' ? [] : [{ text: content }]
  if (!Array.isArray(content)) return []
  return content.filter(isRecord).flatMap((part): object[] => {
    if (typeof part.text === 'string') return part.text === '' ? [] : [{ text: part.text }]
    if (part.type === 'refusal') return []
    if (part.type === 'image_url') return [{ inlineData: pictureOf(part.image_url) }]
    if (part.type === 'input_audio') return [{ inlineData: soundOf(part.input_audio) }]
    throw unsupported(`A part of type '${String(part.type)}'`)
  })
}

/** The picture itself: its address would have to be one of Google's own files. */
function pictureOf(picture: unknown): object {
  const url = isRecord(picture) ? picture.url : undefined
  const data = /^data:([^;,]+);base64,(.*)$/s.exec(String(url))
  if (data === null) throw unsupported('A picture by its address')
  return { mimeType: data[1], data: data[2] }
}

function soundOf(sound: unknown): object {
  const { data, format } = isRecord(sound) ? sound : {}
  return { mimeType: `audio/${String(format)}`, data }
}

/** A result is an object; what is none becomes its `output`. */
function resultOf(content: unknown): object {
  const text = partsOf(content)
    .map((part) => ('text' in part ? String(part.text) : ''))
    .join('\n')
  const value = parsed(text)
  return isRecord(value) ? value : { output: value ?? text }
}

/** Of calls at the same time the first one carries the thought; where one must, and the client kept none, `signed` says that it is let off. */
function toCall(call: Body, signed: boolean): object {
  const { name, arguments: given } = isRecord(call.function) ? call.function : {}
  const args = parsed(String(given ?? '{}'))
  const thought = signatureOf(call.extra_content) ?? (signed ? noSignature : undefined)
  return {
    functionCall: { ...idOf(call.id), name, args: isRecord(args) ? args : {} },
    ...(thought !== undefined && { thoughtSignature: thought }),
  }
}

function signatureOf(extra: unknown): string | undefined {
  const google = isRecord(extra) ? extra.google : undefined
  const signature = isRecord(google) ? google.thought_signature : undefined
  return typeof signature === 'string' ? signature : undefined
}

function idOf(id: unknown): { id?: string } {
  return typeof id === 'string' ? { id } : {}
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function toDeclaration(tool: Body): object {
  const { name, description, parameters } = isRecord(tool.function) ? tool.function : {}
  if (tool.type !== 'function') throw unsupported(`A tool of type '${String(tool.type)}'`)
  return {
    name,
    ...(typeof description === 'string' && { description }),
    ...(isRecord(parameters) && { parametersJsonSchema: parameters }),
  }
}

function toolConfig(choice: unknown): object {
  const named = isRecord(choice) && isRecord(choice.function) ? choice.function.name : undefined
  const config =
    typeof named === 'string'
      ? { mode: 'ANY', allowedFunctionNames: [named] }
      : { mode: choice === 'required' ? 'ANY' : choice === 'none' ? 'NONE' : 'AUTO' }
  return { toolConfig: { functionCallingConfig: config } }
}

function generationConfig(body: Body, model: string): object {
  const numbers = {
    maxOutputTokens: body.max_completion_tokens ?? body.max_tokens,
    temperature: body.temperature,
    topP: body.top_p,
    candidateCount: body.n,
    seed: body.seed,
    presencePenalty: body.presence_penalty,
    frequencyPenalty: body.frequency_penalty,
  }
  const { stop } = body
  return {
    ...Object.fromEntries(Object.entries(numbers).filter(([, value]) => typeof value === 'number')),
    ...(stop != null && { stopSequences: Array.isArray(stop) ? stop : [stop] }),
    ...formatOf(body.response_format),
    ...thinkingOf(body.reasoning_effort, model),
  }
}

function formatOf(format: unknown): object {
  if (!isRecord(format) || format.type === 'text') return {}
  if (format.type === 'json_object') return { responseMimeType: 'application/json' }
  const schema = isRecord(format.json_schema) ? format.json_schema.schema : undefined
  if (format.type !== 'json_schema' || !isRecord(schema)) throw unsupported(`'response_format' of this type`)
  return { responseMimeType: 'application/json', responseJsonSchema: schema }
}

/** Models up to 2.5 think without signatures, and are told how many tokens to think. */
function isEarly(model: string): boolean {
  return /gemini-[12](\D|$)/.test(model)
}

function needsSignatures(model: string): boolean {
  return model.includes('gemini-') && !isEarly(model)
}

/** Later models are told how hard to think. */
function thinkingOf(effort: unknown, model: string): object {
  if (typeof effort !== 'string') return {}
  const thinkingConfig = isEarly(model) ? { thinkingBudget: budgets[effort] } : { thinkingLevel: levels[effort] }
  if (Object.values(thinkingConfig).includes(undefined)) throw unsupported(`'reasoning_effort': '${effort}'`)
  return { thinkingConfig }
}

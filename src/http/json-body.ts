import { Elysia } from 'elysia'
import { AppError } from '../errors.ts'
import { wholeBody } from './body.ts'

/** A JSON body: larger ones could not be sent on to another node (DESIGN.md), and reading one stops everybody else. */
export const jsonBytesMax = 1_048_576
/**
 * Levels of a JSON body; the deepest that anything here takes has about fifty. Twenty kilobytes of brackets cost a second
 * when an error is made of them, and more overflow the stack of whoever walks them.
 */
export const jsonDepthMax = 100

const pointerLengthMax = 200

const decoder = new TextDecoder('utf-8', { fatal: true })
const formTypes = ['application/x-www-form-urlencoded', 'multipart/form-data']

/**
 * Reads JSON bodies strictly: bytes that are not UTF-8 are an error and not silently replaced, broken JSON says so, a type
 * that nothing here reads is refused by name, and so is what is too large or too deep, before anything is made of it.
 */
export function jsonBody() {
  // A form is left to the route that reads it by a `parse` of its own. Where there is none Elysia makes an object of it, with
  // other types than JSON has, and whatever its bytes are: that is refused.
  const forms = new WeakSet<Request>()
  return new Elysia({ name: 'json-body' })
    .onParse({ as: 'global' }, async ({ request, contentType: given }) => {
      if (request.body === null) return undefined
      // A type is the same in capitals (RFC 9110, 8.3.1).
      const contentType = given.toLowerCase()
      if (contentType === 'application/json') {
        const bytes = await wholeBody(request, jsonBytesMax, 'A JSON body')
        return bytes.byteLength === 0 ? {} : parseJson(bytes)
      }
      if (formTypes.includes(contentType)) forms.add(request)
      else if (!contentType.startsWith('application/offset+octet-stream')) throw notRead(contentType)
      return undefined
    })
    .onTransform({ as: 'global' }, ({ request, body }) => {
      if (isPlainObject(body) && forms.has(request)) throw notRead(request.headers.get('content-type') ?? '')
    })
}

function isPlainObject(body: unknown): boolean {
  return typeof body === 'object' && body !== null && !Array.isArray(body)
}

function notRead(contentType: string): AppError {
  return new AppError(
    'unsupported-media-type',
    `A body of type "${contentType || 'none'}" is not read here; use application/json.`,
  )
}

/** @throws AppError malformed; invalid when it is nested too deep. */
export function parseJson(bytes: ArrayBuffer | Uint8Array<ArrayBuffer>): unknown {
  let text: string
  try {
    text = decoder.decode(bytes)
  } catch {
    throw new AppError('malformed', 'The body is not valid UTF-8.')
  }
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new AppError('malformed', `The body is not valid JSON: ${error instanceof Error ? error.message : 'broken'}.`)
  }
  if (isDeeper(text, jsonDepthMax)) throw tooDeep(value)
  return value
}

const [quote, backslash, opening, closing, openingBrace, closingBrace] = [...'"\\[]{}'].map((one) => one.charCodeAt(0))

/** Whether brackets outside of strings are nested deeper than that. Whether it is JSON at all is not asked. */
function isDeeper(text: string, levels: number): boolean {
  if (text.length <= levels) return false
  let depth = 0
  let inString = false
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (inString) {
      if (code === backslash) at++
      else if (code === quote) inString = false
    } else if (code === quote) inString = true
    else if (code === opening || code === openingBrace) {
      if (++depth > levels) return true
    } else if (code === closing || code === closingBrace) depth--
  }
  return false
}

function tooDeep(value: unknown): AppError {
  const message = `is nested deeper than ${jsonDepthMax} levels`
  const pointer = placeBelow(value, jsonDepthMax).slice(0, pointerLengthMax)
  return new AppError('invalid', `The body ${message}.`, { faults: [{ pointer, message }] })
}

/** The JSON pointer (RFC 6901) of the first thing found below so many levels. */
function placeBelow(value: unknown, levels: number): string {
  const open: { value: unknown; pointer: string; depth: number }[] = [{ value, pointer: '', depth: 0 }]
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (typeof at.value !== 'object' || at.value === null) continue
    if (at.depth >= levels) return at.pointer
    for (const [name, item] of Object.entries(at.value)) {
      const step = `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`
      open.push({ value: item, pointer: at.pointer + step, depth: at.depth + 1 })
    }
  }
  return ''
}

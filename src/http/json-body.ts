import { Elysia } from 'elysia'
import { AppError } from '../errors.ts'

/** A JSON body: larger ones could not be sent on to another node (DESIGN.md), and reading one stops everybody else. */
export const jsonBytesMax = 1_048_576

const decoder = new TextDecoder('utf-8', { fatal: true })
const types = ['application/json', 'application/x-www-form-urlencoded', 'multipart/form-data']

/**
 * Reads JSON bodies strictly: bytes that are not UTF-8 are an error and not silently replaced, broken JSON says so, a type
 * that nothing here reads is refused by name, and too many bytes before they are read.
 */
export function jsonBody() {
  return new Elysia({ name: 'json-body' }).onParse({ as: 'global' }, async ({ request, contentType }) => {
    if (request.body === null) return undefined
    if (!types.includes(contentType)) {
      if (contentType.startsWith('application/offset+octet-stream')) return undefined
      throw new AppError(
        'unsupported-media-type',
        `A body of type "${contentType || 'none'}" is not read here; use application/json.`,
      )
    }
    if (contentType !== 'application/json') return undefined
    if (Number(request.headers.get('content-length')) > jsonBytesMax) throw tooLarge()
    const bytes = await request.arrayBuffer()
    if (bytes.byteLength > jsonBytesMax) throw tooLarge()
    if (bytes.byteLength === 0) return {}
    let text: string
    try {
      text = decoder.decode(bytes)
    } catch {
      throw new AppError('malformed', 'The body is not valid UTF-8.')
    }
    try {
      return JSON.parse(text) as unknown
    } catch (error) {
      throw new AppError(
        'malformed',
        `The body is not valid JSON: ${error instanceof Error ? error.message : 'broken'}.`,
      )
    }
  })
}

function tooLarge(): AppError {
  return new AppError('too-large', `A JSON body has at most ${jsonBytesMax / 1_024} KiB.`)
}

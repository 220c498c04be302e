import { Elysia } from 'elysia'
import { AppError } from '../errors.ts'

/** A body that is longer on its way than this is not waited for. */
export const bodyMsMax = 30_000

const decoder = new TextDecoder('utf-8', { fatal: true })
const types = ['application/json', 'application/x-www-form-urlencoded', 'multipart/form-data']

/**
 * Reads JSON bodies strictly: bytes that are not UTF-8 are an error and not silently replaced, broken JSON says so, and a
 * type that nothing here reads is refused by name.
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
    const bytes = await whole(request)
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

/** @throws AppError timeout when the client takes too long: a trickle of bytes must not hold a request open for ever. */
async function whole(request: Request): Promise<ArrayBuffer> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(
    () => late.reject(new AppError('timeout', `The body took longer than ${bodyMsMax / 1_000} seconds to arrive.`)),
    bodyMsMax,
  )
  try {
    return await Promise.race([request.arrayBuffer(), late.promise])
  } finally {
    clearTimeout(timer)
  }
}

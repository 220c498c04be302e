import { createHash } from 'node:crypto'
import { AppError } from '../../../src/errors.ts'
import { problemResponse } from '../../../src/http/problem.ts'
import type { Door } from '../../../src/http/server.ts'
import { rangeOf } from './range.ts'
import {
  type FrameEncoder,
  recordingsPrefix as prefix,
  type RecordingName,
  recording,
  recordingAt,
  recordingUrl,
} from './recordings.ts'

interface Made {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly etag: string
}

/** How long a browser may remember that there is a newer edition. */
const movedMaxAgeS = 3_600
const retryAfterS = 60

/**
 * Answers `/-/recordings/{name}-{hash}.wav|webm`: made when it is first asked for, then kept, with the ranges that players ask
 * for. An earlier edition's address leads to the newest. Anything else is left to the next door.
 */
export function recordingDoor(encode: FrameEncoder): Door {
  const made = new Map<RecordingName, Promise<Made>>()
  const ready = (name: RecordingName) => {
    let promise = made.get(name)
    if (promise === undefined) {
      promise = recording(name).make(encode).then(withTag)
      made.set(name, promise)
      // What failed may be tried again.
      promise.catch(() => made.delete(name))
    }
    return promise
  }
  return (request) => {
    // Every request passes here: an address is taken apart only when it may be one of ours.
    if (!request.url.includes(prefix) || (request.method !== 'GET' && request.method !== 'HEAD')) return undefined
    const found = recordingAt(new URL(request.url).pathname)
    if (found === undefined) return undefined
    if (!found.newest) {
      const headers = { location: recordingUrl(found.name), 'cache-control': `public, max-age=${movedMaxAgeS}` }
      return new Response(null, { status: 302, headers })
    }
    return ready(found.name).then(
      (one) => answer(request, one, recording(found.name).type),
      (cause: unknown) =>
        problemResponse(
          new AppError('unavailable', 'This can’t be made here just now.', { retryAfterS, cause }),
          request,
        ),
    )
  }
}

function withTag(bytes: Uint8Array<ArrayBuffer>): Made {
  return { bytes, etag: `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"` }
}

function answer(request: Request, { bytes, etag }: Made, type: string): Response {
  const headers = {
    'content-type': type,
    'cache-control': 'public, max-age=31536000, immutable',
    'x-content-type-options': 'nosniff',
    'accept-ranges': 'bytes',
    etag,
  }
  const match = request.headers.get('if-none-match')
  if (match?.split(',').some((one) => one.trim().replace(/^W\//, '') === etag || one.trim() === '*')) {
    return new Response(null, { status: 304, headers })
  }
  const condition = request.headers.get('if-range')
  const wanted = condition === null || condition === etag ? request.headers.get('range') : null
  const range = rangeOf(wanted, bytes.length)
  if (range === 'unsatisfiable') {
    return new Response(null, { status: 416, headers: { 'content-range': `bytes */${bytes.length}` } })
  }
  const part = range === undefined ? bytes : bytes.subarray(range.start, range.end + 1)
  return new Response(request.method === 'HEAD' ? null : part, {
    status: range === undefined ? 200 : 206,
    headers: {
      ...headers,
      'content-length': String(part.length),
      ...(range !== undefined && { 'content-range': `bytes ${range.start}-${range.end}/${bytes.length}` }),
    },
  })
}

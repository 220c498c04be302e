import { AppError } from '../errors.ts'

/** A body that is longer on its way than this is not waited for: a trickle of bytes must not hold a request open for ever. */
export const bodyMsMax = 30_000

/**
 * A request's body, whole. What says that it is too large is not read at all, and what says nothing of its size (chunked)
 * only so far. `what` stands in the words of the refusal.
 * @throws AppError too-large, or timeout when the client takes too long.
 */
export async function wholeBody(
  request: Request,
  bytesMax: number,
  what = 'A body here',
): Promise<Uint8Array<ArrayBuffer>> {
  const told = request.headers.get('content-length')
  if (Number(told) > bytesMax) throw tooLarge(bytesMax, what)
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(
    () => late.reject(new AppError('timeout', `The body took longer than ${bodyMsMax / 1_000} seconds to arrive.`)),
    bodyMsMax,
  )
  try {
    // A length that was told is kept to by the server's parser, and reading it in one piece costs least.
    const reading = told === null ? counted(request, bytesMax, what) : request.bytes()
    return await Promise.race([reading, late.promise])
  } finally {
    clearTimeout(timer)
  }
}

async function counted(request: Request, bytesMax: number, what: string): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array<ArrayBuffer>[] = []
  let length = 0
  for await (const part of request.body ?? []) {
    length += part.byteLength
    if (length > bytesMax) throw tooLarge(bytesMax, what)
    parts.push(part)
  }
  const whole = new Uint8Array(length)
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.byteLength
  }
  return whole
}

function tooLarge(bytesMax: number, what: string): AppError {
  return new AppError('too-large', `${what} has at most ${Math.floor(bytesMax / 1_024)} KiB.`)
}

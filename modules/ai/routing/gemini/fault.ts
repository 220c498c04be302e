import { isRecord } from '../../requests.ts'

/** An error of Google's in OpenAI's shape, with the status and the pause that are meant. */
export interface Fault {
  readonly text: string
  readonly status: number
  readonly retryAfterS: number | undefined
}

/** Errors of Google's APIs (google.rpc.Status in JSON, cloud.google.com/apis/design/errors). What is none stays as it is. */
export function toFault(text: string, status: number): Fault {
  const error = errorIn(text)
  if (error === undefined) return { text, status, retryAfterS: undefined }
  const details = Array.isArray(error.details) ? error.details.filter(isRecord) : []
  // A key that is not valid is told as a fault of the request, and is one of the configuration: others may have a better one.
  const isKeyBad = details.some(({ reason }) => reason === 'API_KEY_INVALID')
  const type = status === 429 ? 'rate_limit_error' : status >= 500 ? 'server_error' : 'invalid_request_error'
  const code = typeof error.status === 'string' ? error.status.toLowerCase() : null
  const delay = details.map(({ retryDelay }) => /^(\d+(?:\.\d+)?)s$/.exec(String(retryDelay))?.[1]).find(Boolean)
  return {
    text: JSON.stringify({
      error: { message: String(error.message ?? 'The provider reported an error.'), type, param: null, code },
    }),
    status: isKeyBad ? 401 : status,
    retryAfterS: delay === undefined ? undefined : Number(delay),
  }
}

/** A stream that was not begun tells its error as the only one of a list. */
function errorIn(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    const first: unknown = Array.isArray(value) ? value[0] : value
    return isRecord(first) && isRecord(first.error) ? first.error : undefined
  } catch {
    return undefined
  }
}

import { AppError, type ErrorCode } from '../../src/errors.ts'

/** The types and codes that OpenAI's clients know (platform.openai.com/docs/guides/error-codes). */
export type RefusalType =
  | 'invalid_request_error'
  | 'authentication_error'
  | 'permission_error'
  | 'not_found_error'
  | 'rate_limit_error'
  | 'insufficient_quota'
  | 'upstream_error'
  | 'timeout_error'
  | 'server_error'

export interface RefusalOptions {
  readonly param?: string | undefined
  readonly code?: string | undefined
  readonly retryAfterS?: number | undefined
  /** Whether OpenAI's clients should try again by themselves; they obey `x-should-retry`. */
  readonly retry?: boolean
}

/** An error in OpenAI's shape; its words reach the client of the proxy. */
export class Refusal extends Error {
  override readonly name = 'Refusal'

  constructor(
    readonly status: number,
    readonly type: RefusalType,
    message: string,
    readonly options: RefusalOptions = {},
  ) {
    super(message)
  }

  toJson(): string {
    const { param = null, code = null } = this.options
    return JSON.stringify({ error: { message: this.message, type: this.type, param, code } })
  }

  toResponse(): Response {
    const { retryAfterS, retry } = this.options
    return new Response(this.toJson(), {
      status: this.status,
      headers: {
        'content-type': 'application/json',
        'cache-control': 'no-store',
        ...(retryAfterS !== undefined && { 'retry-after': String(Math.max(1, Math.ceil(retryAfterS))) }),
        ...(retry !== undefined && { 'x-should-retry': String(retry) }),
      },
    })
  }

  /** The same for whoever speaks problem details. */
  toAppError(): AppError {
    return new AppError(codeOf(this.status), this.message, {
      ...(this.options.retryAfterS !== undefined && { retryAfterS: this.options.retryAfterS }),
    })
  }

  static from(error: unknown): Refusal | undefined {
    if (error instanceof Refusal) return error
    if (!(error instanceof AppError)) return undefined
    return new Refusal(error.status, typeOf(error.status), error.message, {
      code: error.code,
      retryAfterS: error.retryAfterS,
      param: error.faults[0]?.pointer,
    })
  }
}

export function invalid(message: string, param?: string, code?: string): Refusal {
  return new Refusal(400, 'invalid_request_error', message, { param, code })
}

function codeOf(status: number): ErrorCode {
  if (status === 429) return 'rate-limited'
  if (status === 404) return 'not-found'
  if (status === 413) return 'too-large'
  if (status === 403) return 'forbidden'
  return status >= 500 ? 'unavailable' : 'invalid'
}

function typeOf(status: number): RefusalType {
  if (status === 401) return 'authentication_error'
  if (status === 403) return 'permission_error'
  if (status === 404) return 'not_found_error'
  if (status === 429) return 'rate_limit_error'
  return status >= 500 ? 'server_error' : 'invalid_request_error'
}

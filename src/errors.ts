/**
 * The one error type that may reach a user. Everything else that is thrown is a bug: it is logged whole and answered
 * as "Internal error". Codes map to HTTP statuses here and nowhere else (RFC 9110, RFC 6585).
 */
const statuses = {
  invalid: 422,
  malformed: 400,
  unauthenticated: 401,
  forbidden: 403,
  'not-found': 404,
  'method-not-allowed': 405,
  timeout: 408,
  conflict: 409,
  gone: 410,
  'precondition-failed': 412,
  'too-large': 413,
  'uri-too-long': 414,
  'unsupported-media-type': 415,
  'precondition-required': 428,
  'rate-limited': 429,
  'headers-too-large': 431,
  'not-implemented': 501,
  unavailable: 503,
  'not-confirmed': 503,
} as const

export type ErrorCode = keyof typeof statuses

/** One fault in the input. `pointer` is a JSON pointer (RFC 6901) into the body, or `?name` for a query parameter. */
export interface Fault {
  readonly pointer: string
  readonly message: string
}

export interface AppErrorOptions {
  readonly faults?: readonly Fault[]
  /** Seconds after which a retry may succeed; becomes `Retry-After`. */
  readonly retryAfterS?: number
  readonly cause?: unknown
}

/** Plain data that crosses a Worker or the mesh; `AppError.from` makes it an error again. */
export interface AppErrorData {
  readonly code: ErrorCode
  readonly message: string
  readonly faults?: readonly Fault[]
  readonly retryAfterS?: number
}

export class AppError extends Error {
  override readonly name = 'AppError'
  readonly code: ErrorCode
  readonly faults: readonly Fault[]
  readonly retryAfterS: number | undefined

  /** `message` is public: one sentence that says what happened and, where it helps, what to do. */
  constructor(code: ErrorCode, message: string, options: AppErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.faults = options.faults ?? []
    this.retryAfterS = options.retryAfterS
  }

  get status(): number {
    return statuses[this.code]
  }

  toData(): AppErrorData {
    return {
      code: this.code,
      message: this.message,
      ...(this.faults.length > 0 && { faults: this.faults }),
      ...(this.retryAfterS !== undefined && { retryAfterS: this.retryAfterS }),
    }
  }

  static from(data: AppErrorData): AppError {
    return new AppError(data.code, data.message, data)
  }
}

import { invalid, Refusal } from '../refusal.ts'
import { isRecord } from '../requests.ts'

/** Why one try did not begin to answer. */
export type FailureKind =
  | 'timeout'
  | 'network'
  | 'status'
  | 'garbage'
  | 'cut'
  | 'redirect'
  | 'too-large'
  | 'unsupported'

export class AttemptFailure extends Error {
  override readonly name = 'AttemptFailure'

  constructor(
    readonly kind: FailureKind,
    message: string,
    readonly details: {
      readonly status?: number
      readonly body?: string
      readonly retryAfterMs?: number | undefined
      readonly cause?: unknown
    } = {},
  ) {
    super(message, { cause: details.cause })
  }

  /** Whether the provider may have begun to work, and so to charge, before it failed. */
  get mayCost(): boolean {
    return this.kind === 'timeout' || this.kind === 'garbage' || this.kind === 'cut' || this.kind === 'too-large'
  }
}

/** What the client hears when every route has failed; the last failure speaks. */
export function refusalOf(failure: AttemptFailure): Refusal {
  const { status, body, retryAfterMs } = failure.details
  const retryAfterS = retryAfterMs === undefined ? undefined : retryAfterMs / 1_000
  if (failure.kind === 'unsupported') return invalid(failure.message, undefined, 'unsupported')
  if (status === 429) {
    return new Refusal(429, 'rate_limit_error', messageIn(body) ?? 'The provider takes no more requests for now.', {
      code: 'upstream_rate_limited',
      retryAfterS: retryAfterS ?? 1,
    })
  }
  if (failure.kind === 'timeout') {
    return new Refusal(504, 'timeout_error', failure.message, { code: 'upstream_timeout' })
  }
  return new Refusal(502, 'upstream_error', failure.message, { code: `upstream_${failure.kind}`, retryAfterS })
}

export function deadlineRefusal(ms: number): Refusal {
  return new Refusal(504, 'timeout_error', `No provider began to answer within ${ms} ms.`, {
    code: 'deadline_exceeded',
  })
}

/** Delta-seconds or a date (RFC 9110, 10.2.3); at most ten minutes are believed. */
export function retryAfterMs(headers: Headers, nowMs: number): number | undefined {
  const text = headers.get('retry-after')
  if (text === null) return undefined
  const ms = /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - nowMs
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), 600_000) : undefined
}

function messageIn(body: string | undefined): string | undefined {
  try {
    const value: unknown = JSON.parse(body ?? '')
    const error = isRecord(value) ? value.error : undefined
    return isRecord(error) && typeof error.message === 'string' ? error.message.slice(0, 500) : undefined
  } catch {
    return undefined
  }
}

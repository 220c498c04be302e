import { type Static, Type } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import { cookieOf } from '../../src/http/cookie.ts'
import { limits } from './limits.ts'
import type { Seal } from './seal.ts'

const fields = Type.Tuple([Type.String(), Type.Integer(), Type.Integer(), Type.Union([Type.String(), Type.Null()])])

/** What a browser has proven at a link, and until when that counts. */
export interface Pass {
  readonly linkId: string
  /** Of the link, when it was proven. */
  readonly round: number
  /** UTC milliseconds. */
  readonly untilMs: number
  /** Null where no address was asked for. */
  readonly email: string | null
}

/** One pass a capsule, in a signed cookie that no script reads. It grants to see that capsule and nothing else. */
export class Passes {
  constructor(
    private readonly seal: Seal,
    private readonly origin: string,
    private readonly nowMs: () => number,
  ) {}

  /** The pass of a request; undefined for none, and for one that was forged, has expired or is another capsule's. */
  of(request: Request, capsuleId: string): Pass | undefined {
    const sealed = this.seal.open(purposeOf(capsuleId), cookieOf(request, cookieName(capsuleId)))
    if (sealed === undefined || !isFields(sealed)) return undefined
    const [linkId, round, untilMs, email] = sealed
    return untilMs > this.nowMs() ? { linkId, round, untilMs, email } : undefined
  }

  /** Whether a request brings a pass for the capsule at all, good or not. */
  isBrought(request: Request, capsuleId: string): boolean {
    return cookieOf(request, cookieName(capsuleId)) !== undefined
  }

  /** Set-Cookie. On https it also works inside frames of other sites, in a jar of that site's own (CHIPS). */
  cookie(capsuleId: string, { linkId, round, email }: Omit<Pass, 'untilMs'>): string {
    const untilMs = this.nowMs() + limits.passMs
    const value = this.seal.close(purposeOf(capsuleId), [linkId, round, untilMs, email])
    const shared = `${cookieName(capsuleId)}=${value}; Path=/; Max-Age=${limits.passMs / 1_000}; HttpOnly`
    return this.origin.startsWith('https:')
      ? `${shared}; Secure; SameSite=None; Partitioned`
      : `${shared}; SameSite=Lax`
  }
}

function isFields(sealed: unknown): sealed is Static<typeof fields> {
  return Value.Check(fields, sealed)
}

function cookieName(capsuleId: string): string {
  return `encapsify-pass-${capsuleId}`
}

function purposeOf(capsuleId: string): string {
  return `pass:${capsuleId}`
}

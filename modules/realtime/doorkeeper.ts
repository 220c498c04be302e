import type { Admissions } from '../capsule/index.ts'
import type { Clock } from './clock.ts'
import { closing } from './codes.ts'
import type { Member } from './member.ts'

/** A timer holds no longer than that; what is put off is looked for as seldom as that. */
const lookEveryMsMax = 60_000

/** Sends away who may not stay (R32). */
export class Doorkeeper {
  constructor(private readonly options: { readonly clock: Clock; readonly stands: Admissions['stands'] }) {}

  lookAt(member: Member): void {
    const { admission, capsuleId } = member
    if (admission === undefined || !this.options.stands(capsuleId, admission)) member.close(closing.denied)
  }

  /** At the end of its admission a member is looked at, and again while that was put off meanwhile. */
  watch(member: Member): void {
    const untilMs = member.admission?.untilMs
    if (untilMs === undefined) return
    const { clock } = this.options
    const leftMs = untilMs - clock.nowMs()
    const waitMs = leftMs > 0 ? Math.min(lookEveryMsMax, leftMs + 1) : lookEveryMsMax
    member.cancelLook = clock.after(waitMs, () => {
      if (member.isGone) return
      this.lookAt(member)
      if (!member.isGone) this.watch(member)
    })
  }
}

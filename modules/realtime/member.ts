import type { Admission } from '../capsule/index.ts'
import type { AddressShare } from './addresses.ts'
import type { Audience } from './audience.ts'
import type { Closing } from './codes.ts'
import type { Frame } from './frame.ts'

/** One connection to a capsule: a socket or an event stream. There may be ten thousand, so it holds little. */
export abstract class Member {
  /** Set while it belongs to one. */
  audience: Audience | undefined
  isGone = false
  /** Calls off the look at the end of its admission. */
  cancelLook: (() => void) | undefined
  /** Until when its messages so far are paid for (pace.ts). */
  paidMs = 0
  answersUnderWay = 0

  constructor(
    readonly capsuleId: string,
    readonly address: AddressShare,
    /** Who answered before, by a token that we signed. */
    public visitor: string | undefined,
    /** On what terms it is here; undefined: on none, and it is closed as soon as it is open. */
    readonly admission: Admission | undefined,
  ) {}

  /** Whether the audience's topics reach it, or each frame is sent to it. */
  abstract readonly hasTopics: boolean
  abstract subscribe(topic: string): void
  abstract send(frame: Frame): void
  /** What waits for it to be read. */
  abstract bufferedBytes(): number
  abstract close(why: Closing): void
}

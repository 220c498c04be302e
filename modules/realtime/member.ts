import type { AddressShare } from './addresses.ts'
import type { Audience } from './audience.ts'
import type { Closing } from './codes.ts'
import type { Frame } from './frame.ts'

/** One connection to a capsule: a socket or an event stream. There may be ten thousand, so it holds little. */
export abstract class Member {
  /** Set while it belongs to one. */
  audience: Audience | undefined
  isGone = false
  /** Until when its messages so far are paid for (pace.ts). */
  paidMs = 0
  answersUnderWay = 0

  constructor(
    readonly capsuleId: string,
    readonly address: AddressShare,
    /** Who answered before, by a token that we signed. */
    public visitor: string | undefined,
  ) {}

  /** Whether the audience's topics reach it, or each frame is sent to it. */
  abstract readonly hasTopics: boolean
  abstract subscribe(topic: string): void
  abstract send(frame: Frame): void
  /** What waits for it to be read. */
  abstract bufferedBytes(): number
  abstract close(why: Closing): void
}

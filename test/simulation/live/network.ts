import { publicAdmission } from '../../../modules/capsule/index.ts'
import type { AddressShare } from '../../../modules/realtime/addresses.ts'
import type { Closing } from '../../../modules/realtime/codes.ts'
import type { Frame } from '../../../modules/realtime/frame.ts'
import type { Live } from '../../../modules/realtime/live.ts'
import { Member } from '../../../modules/realtime/member.ts'
import type { WireEvents } from '../../../modules/visitor/web/live/connection.ts'
import type { SimulatedNode } from './node.ts'
import type { World } from './world.ts'

/** What a connection's buffer holds at most; beyond, it is cut (src/http/sockets.ts, in small). */
export const bufferBytesMax = 4_096

type Sent = { readonly text: string } | { readonly code: number }

/**
 * One TCP connection: each way in order, with a latency of its own. It may be cut at any point, whereupon what is under way is
 * lost; each end may learn so at once, late or never. Its reader may stop for a while; then what was sent waits.
 */
export class Line extends Member {
  readonly hasTopics = true
  readonly #down: Sent[] = []
  #bytes = 0
  #isMoving = false
  #stalledUntilMs = 0
  isCut = false
  /** The server's end is closed: what was sent before still arrives. */
  #isClosed = false
  readonly #topics = new Set<string>()

  /** The process at the server's end; the node may have another one later. */
  readonly live: Live

  constructor(
    private readonly world: World,
    readonly node: SimulatedNode,
    capsuleId: string,
    address: AddressShare,
    private readonly events: WireEvents,
    private readonly latencyMs: number,
  ) {
    super(capsuleId, address, undefined, publicAdmission)
    this.live = node.live
  }

  subscribe(topic: string): void {
    this.#topics.add(topic)
    this.node.subscribe(topic, this)
  }

  // The server's end.

  send(frame: Frame): void {
    this.deliver(this.world.mutations.alter?.(frame.text, this.node.log.head()) ?? frame.text)
  }

  /** Returns false when the reader is too slow. */
  deliver(text: string): boolean {
    if (this.#isClosed) return true
    if (this.#bytes + text.length > bufferBytesMax) {
      if (this.world.mutations.dropsSilently) return false
      this.world.counts.cutForSlowness++
      this.#end(1006)
      this.live.leave(this)
      return false
    }
    this.#bytes += text.length
    this.#down.push({ text })
    this.#move()
    return this.#bytes < bufferBytesMax / 4
  }

  bufferedBytes(): number {
    return this.#bytes
  }

  close(why: Closing): void {
    this.#end(why.code)
    this.live.leave(this)
  }

  /** The client closes: what is under way to it may still arrive (R27). */
  leave(): void {
    this.world.schedule.after(this.latencyMs, () => this.serverLearns())
  }

  /** The server's end notices that nobody is there. */
  serverLearns(): void {
    this.#end(undefined)
    this.live.leave(this)
  }

  /** The process behind the server's end is gone. */
  abandon(code: number | undefined): void {
    this.#end(code)
  }

  // The network.

  cut(clientLearns: boolean, serverLearnsAfterMs: number): void {
    if (this.isCut) return
    this.isCut = true
    this.#down.length = 0
    if (clientLearns) this.world.schedule.after(0, () => this.events.closed(1006))
    this.world.schedule.after(serverLearnsAfterMs, () => this.serverLearns())
  }

  /** The reader does not read, or the network does not deliver, for a while. */
  stall(ms: number): void {
    this.#stalledUntilMs = this.world.schedule.passedMs() + ms
  }

  // The client's end.

  say(text: string): void {
    this.world.schedule.after(this.latencyMs, () => {
      if (!this.isCut && !this.#isClosed) this.node.hear(this, text)
    })
  }

  #end(code: number | undefined): void {
    if (this.#isClosed) return
    this.#isClosed = true
    for (const topic of this.#topics) this.node.unsubscribe(topic, this)
    if (code !== undefined) this.#down.push({ code })
    this.#move()
  }

  #move(): void {
    if (this.#isMoving || this.#down.length === 0) return
    this.#isMoving = true
    const waitMs = Math.max(this.latencyMs, this.#stalledUntilMs - this.world.schedule.passedMs())
    this.world.schedule.after(waitMs, () => {
      this.#isMoving = false
      if (this.isCut) return
      if (this.#stalledUntilMs > this.world.schedule.passedMs()) return this.#move()
      // A segment ends anywhere, so a cut may come between any two messages.
      for (const sent of this.#down.splice(0, 1 + Math.floor(this.world.random() * this.#down.length))) {
        if ('code' in sent) this.events.closed(sent.code)
        else {
          this.#bytes -= sent.text.length
          this.events.message(sent.text)
        }
      }
      this.#move()
    })
  }
}

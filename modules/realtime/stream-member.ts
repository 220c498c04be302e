import type { Admission } from '../capsule/index.ts'
import type { AddressShare } from './addresses.ts'
import { type Closing, closing } from './codes.ts'
import { Frame } from './frame.ts'
import type { Live } from './live.ts'
import { Member } from './member.ts'

/** A member by event stream: hears everything and says nothing. */
export class StreamMember extends Member {
  readonly hasTopics = false
  readonly body: ReadableStream<Uint8Array>
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined

  constructor(
    private readonly live: Live,
    asked: { protocol: string | null; cursor: string | null },
    capsuleId: string,
    address: AddressShare,
    retryMs: number,
    admission: Admission | undefined,
  ) {
    super(capsuleId, address, undefined, admission)
    this.body = new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          this.#controller = controller
          controller.enqueue(new TextEncoder().encode(`retry: ${retryMs}\n\n`))
          live.join(this, asked)
        },
        cancel: () => this.gone(),
      },
      new ByteLengthQueuingStrategy({ highWaterMark: live.options.limits.bufferedBytesMax }),
    )
  }

  subscribe(): void {}

  send(frame: Frame): void {
    if (this.#controller === undefined) return
    if (this.bufferedBytes() > this.live.options.limits.bufferedBytesMax) {
      this.live.counts.slow++
      return this.close(closing.slow)
    }
    this.#controller.enqueue(frame.event)
  }

  bufferedBytes(): number {
    return this.live.options.limits.bufferedBytesMax - (this.#controller?.desiredSize ?? 0)
  }

  close({ code, reason }: Closing): void {
    const controller = this.#controller
    this.#controller = undefined
    controller?.enqueue(new Frame(JSON.stringify({ type: 'closing', code, reason })).event)
    controller?.close()
    this.live.leave(this, code)
  }

  /** The reader is gone. */
  gone(): void {
    this.#controller = undefined
    this.live.leave(this)
  }
}

import { type LtxPosition, parseLtxPosition } from '../db/position.ts'
import { litefsPort } from './ports.ts'

type OnState = (state: 'primary' | 'replica', follows: string | null) => void
type OnMoved = (database: string, to: LtxPosition) => void

const origin = `http://127.0.0.1:${litefsPort}`
const reconnectMs = 25
const probeEveryMs = 500
const probeMaxMs = 1_000
/** LiteFS that says nothing for so long is ended by force: its mount hangs whoever reads it. */
const hangsMaxMs = 2_000
const startMaxMs = 120_000
const lineBytesMax = 65_536

/** What LiteFS tells on `/events`, followed for as long as one LiteFS lives; and whether it still answers. */
export class LitefsEvents {
  #id: string | null = null
  #closed = false
  /** null until it has answered for the first time. */
  #answeredMs: number | null = null
  readonly #startedMs = performance.now()
  readonly #probe: ReturnType<typeof setInterval>
  readonly #stop = new AbortController()

  constructor(
    private readonly onState: OnState,
    private readonly onMoved: OnMoved,
  ) {
    this.#probe = setInterval(() => void this.#ask(), probeEveryMs)
    void this.#follow()
  }

  get litefsId(): string | null {
    return this.#id
  }

  /** Whether it has answered nothing for too long. Before its first answer it checks all that it holds, which takes a while. */
  get hangs(): boolean {
    const nowMs = performance.now()
    return this.#answeredMs === null ? nowMs - this.#startedMs > startMaxMs : nowMs - this.#answeredMs > hangsMaxMs
  }

  close(): void {
    this.#closed = true
    clearInterval(this.#probe)
    this.#stop.abort()
  }

  async #follow(): Promise<void> {
    while (!this.#closed) {
      try {
        await this.#stream()
      } catch {
        // It does not listen yet, or has ended: the process says which.
      }
      await Bun.sleep(reconnectMs)
    }
  }

  async #stream(): Promise<void> {
    const answer = await fetch(`${origin}/events`, { signal: this.#stop.signal })
    this.#id = answer.headers.get('litefs-id')
    const decoder = new TextDecoder()
    let rest = ''
    for await (const chunk of answer.body ?? []) {
      this.#answeredMs = performance.now()
      const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n')
      rest = lines.pop() ?? ''
      if (rest.length > lineBytesMax) throw new Error('This is no event.')
      for (const line of lines) if (line !== '' && !this.#closed) this.#tell(line)
    }
  }

  #tell(line: string): void {
    const { type, db, data } = JSON.parse(line) as {
      type?: string
      db?: string
      data?: { isPrimary?: boolean; hostname?: string; txID?: string; postApplyChecksum?: string }
    }
    if (type === 'tx' && db?.endsWith('.db')) {
      this.onMoved(db.slice(0, -'.db'.length), parseLtxPosition(`${data?.txID}/${data?.postApplyChecksum}`))
    } else if (type === 'init' || type === 'primaryChange') {
      const follows = data?.hostname === undefined || data.hostname === '' ? null : data.hostname
      this.onState(data?.isPrimary === true ? 'primary' : 'replica', follows)
    }
  }

  async #ask(): Promise<void> {
    try {
      await (await fetch(`${origin}/info`, { signal: AbortSignal.timeout(probeMaxMs) })).arrayBuffer()
      this.#answeredMs = performance.now()
    } catch {
      // Whoever watches counts the silence.
    }
  }
}

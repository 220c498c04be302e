import { openWire, type WireMessage } from '../../app/wire.ts'

/** What is shown of a question from the audience. */
export interface ShownQuestion {
  readonly id: string
  readonly text: string
  readonly votes: number
  readonly answered: boolean
}

export interface Stage {
  readonly page: string
  /** Blocks that take no answers now. */
  readonly closed: readonly string[]
}

/** How the room stands (modules/realtime/SPEC.md, R14). A part that is absent has not changed. */
export interface RoomState {
  readonly totals?: Readonly<
    Record<string, { readonly total: number; readonly choices: Readonly<Record<string, number>> }>
  >
  readonly people?: number
  readonly stage?: Stage | null
  readonly questions?: readonly ShownQuestion[]
  readonly reactions?: Readonly<Record<string, number>>
}

interface Message extends RoomState, WireMessage {
  readonly version?: number
  readonly state?: RoomState
}

export interface RoomListener {
  state(state: RoomState): void
  /** Visitors see another version than before. */
  published(version: number): void
  lost(): void
  /** The room is not open to this browser (R24: 4403, 4404, 4410), and coming back would not help. */
  closed(): void
}

/** R25. */
const finals = [4400, 4403, 4404, 4406, 4410]

/** The presenter's line to the room: the one that every visitor has, and so what every visitor sees. Returns what ends it. */
export function openRoomLine(capsuleId: string, listener: RoomListener): () => void {
  let version: number | undefined
  const seen = (fresh: number | undefined) => {
    if (fresh === undefined || fresh === version) return
    const isFirst = version === undefined
    version = fresh
    if (!isFirst) listener.published(fresh)
  }
  return openWire<Message>({
    path: `/live/${capsuleId}`,
    heartbeatMs: 25_000,
    finals,
    hears(message) {
      if (message.type === 'hello') {
        seen(message.version)
        listener.state(message.state ?? {})
      } else if (message.type === 'state') listener.state(message)
      else if (message.type === 'published') seen(message.version)
    },
    lost: () => listener.lost(),
    closed: () => listener.closed(),
  })
}

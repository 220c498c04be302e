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

interface Message extends RoomState {
  readonly type?: string
  readonly version?: number
  readonly heartbeatMs?: number
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

const retryMsFirst = 500
const retryMsMax = 30_000
/** R25. */
const finals = [4400, 4403, 4404, 4406, 4410]

/** The presenter's line to the room: the one that every visitor has, and so what every visitor sees. Returns what ends it. */
export function openRoomLine(capsuleId: string, listener: RoomListener): () => void {
  let socket: WebSocket | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let watch: ReturnType<typeof setTimeout> | undefined
  let failures = 0
  let isOver = false
  let heartbeatMs = 25_000
  let version: number | undefined

  const heard = () => {
    clearTimeout(watch)
    watch = setTimeout(() => socket?.close(), 2.5 * heartbeatMs)
  }
  const seen = (fresh: number | undefined) => {
    if (fresh === undefined || fresh === version) return
    const isFirst = version === undefined
    version = fresh
    if (!isFirst) listener.published(fresh)
  }
  function open(): void {
    if (isOver) return
    const line = new WebSocket(`${location.origin.replace(/^http/, 'ws')}/live/${capsuleId}`)
    socket = line
    line.addEventListener('message', ({ data }) => {
      heard()
      const message = JSON.parse(String(data)) as Message
      if (message.type === 'hello') {
        failures = 0
        heartbeatMs = message.heartbeatMs ?? heartbeatMs
        seen(message.version)
        listener.state(message.state ?? {})
      } else if (message.type === 'state') listener.state(message)
      else if (message.type === 'published') seen(message.version)
    })
    line.addEventListener('close', ({ code }) => {
      clearTimeout(watch)
      if (isOver) return
      if (finals.includes(code)) return listener.closed()
      listener.lost()
      timer = setTimeout(open, Math.random() * Math.min(retryMsMax, retryMsFirst * 2 ** failures++))
    })
  }
  open()
  return () => {
    isOver = true
    clearTimeout(timer)
    clearTimeout(watch)
    socket?.close()
  }
}

const retryMsFirst = 500
const retryMsMax = 30_000

export interface WireMessage {
  readonly type?: string
  readonly heartbeatMs?: number
}

export interface WireOptions<M extends WireMessage> {
  /** Below this origin. */
  readonly path: string
  /** How often the server is heard, until it says so itself in its hello. */
  readonly heartbeatMs: number
  /** Codes after which coming back would not help (modules/realtime/SPEC.md, R25 and R36). */
  readonly finals: readonly number[]
  hears(message: M): void
  /** The connection broke; another is made. */
  lost(): void
  /** It was closed for good. */
  closed(): void
}

/** A live connection to the server: comes back by itself, later after each failure in a row. Returns what ends it. */
export function openWire<M extends WireMessage>(options: WireOptions<M>): () => void {
  let socket: WebSocket | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let watch: ReturnType<typeof setTimeout> | undefined
  let failures = 0
  let isOver = false
  let { heartbeatMs } = options

  /** Who hears nothing for too long has no connection, whatever it looks like. */
  const heard = () => {
    clearTimeout(watch)
    watch = setTimeout(() => socket?.close(), 2.5 * heartbeatMs)
  }
  function open(): void {
    if (isOver) return
    const line = new WebSocket(location.origin.replace(/^http/, 'ws') + options.path)
    socket = line
    line.addEventListener('message', ({ data }) => {
      heard()
      const message = JSON.parse(String(data)) as M
      if (message.type === 'hello') {
        failures = 0
        heartbeatMs = message.heartbeatMs ?? heartbeatMs
      }
      options.hears(message)
    })
    line.addEventListener('close', ({ code }) => {
      clearTimeout(watch)
      if (isOver) return
      if (options.finals.includes(code)) return options.closed()
      options.lost()
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

import type { Funnel, VisitShown } from '../../../../analytics/index.ts'

/** How a capsule stands right now (modules/realtime/SPEC.md, R34 and R35). */
export interface LiveState {
  readonly visits: readonly VisitShown[]
  readonly more: boolean
  readonly funnel: Funnel & { readonly minutes: number }
}

export interface Lead {
  readonly visit: string
  readonly email: string | null
  readonly score: number
}

interface Message extends Partial<LiveState> {
  readonly type?: string
  readonly heartbeatMs?: number
  readonly state?: LiveState
}

export interface LiveListener {
  state(state: LiveState): void
  lead(lead: Lead): void
  lost(): void
}

const retryMsFirst = 500
const retryMsMax = 30_000
/** R36: coming back would not help. */
const finals = [4400, 4401, 4403, 4404]

/** The owner's line to a capsule: comes back by itself. Returns what ends it. */
export function openLiveLine(capsuleId: string, listener: LiveListener): () => void {
  let socket: WebSocket | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let watch: ReturnType<typeof setTimeout> | undefined
  let failures = 0
  let isOver = false
  let heartbeatMs = 10_000

  const again = () => {
    listener.lost()
    timer = setTimeout(open, Math.random() * Math.min(retryMsMax, retryMsFirst * 2 ** failures++))
  }
  /** Who hears nothing for too long has no connection, whatever it looks like. */
  const heard = () => {
    clearTimeout(watch)
    watch = setTimeout(() => socket?.close(), 2.5 * heartbeatMs)
  }
  function open(): void {
    if (isOver) return
    const line = new WebSocket(`${location.origin.replace(/^http/, 'ws')}/live/${capsuleId}/visits`)
    socket = line
    line.addEventListener('message', ({ data }) => {
      heard()
      const message = JSON.parse(String(data)) as Message
      if (message.type === 'hello' && message.state !== undefined) {
        failures = 0
        heartbeatMs = message.heartbeatMs ?? heartbeatMs
        listener.state(message.state)
      } else if (message.type === 'state') listener.state(message as LiveState)
      else if (message.type === 'lead') listener.lead(message as unknown as Lead)
    })
    line.addEventListener('close', ({ code }) => {
      clearTimeout(watch)
      if (isOver) return
      if (finals.includes(code)) listener.lost()
      else again()
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

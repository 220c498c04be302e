import type { Funnel, VisitShown } from '../../../../analytics/index.ts'
import { openWire, type WireMessage } from '../../app/wire.ts'

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

interface Message extends Partial<LiveState>, WireMessage {
  readonly state?: LiveState
}

export interface LiveListener {
  state(state: LiveState): void
  lead(lead: Lead): void
  lost(): void
}

/** R36: coming back would not help. */
const finals = [4400, 4401, 4403, 4404]

/** The owner's line to a capsule: comes back by itself. Returns what ends it. */
export function openLiveLine(capsuleId: string, listener: LiveListener): () => void {
  return openWire<Message>({
    path: `/live/${capsuleId}/visits`,
    heartbeatMs: 10_000,
    finals,
    hears(message) {
      if (message.type === 'hello' && message.state !== undefined) listener.state(message.state)
      else if (message.type === 'state') listener.state(message as LiveState)
      else if (message.type === 'lead') listener.lead(message as unknown as Lead)
    },
    lost: () => listener.lost(),
    closed: () => listener.lost(),
  })
}

import { useEffect, useState } from 'preact/hooks'
import { openRoomLine, type RoomState } from './room-line.ts'

export interface Room {
  readonly state: Required<Omit<RoomState, 'reactions'>>
  /** Added up since the screen was opened. */
  readonly reactions: ReadonlyMap<string, number>
  /** `closed`: not open to this browser; it is not tried again. */
  readonly line: 'opening' | 'open' | 'lost' | 'closed'
}

const empty: Room = {
  state: { totals: {}, people: 0, stage: null, questions: [] },
  reactions: new Map(),
  line: 'opening',
}

/** The room as it changes. Who presents is in it too, and not counted. */
export function useRoom(capsuleId: string, onPublished: () => void): Room {
  const [room, setRoom] = useState<Room>(empty)
  useEffect(
    () =>
      openRoomLine(capsuleId, {
        state: (fresh) => setRoom((before) => joined(before, fresh)),
        published: onPublished,
        lost: () => setRoom((before) => ({ ...before, line: 'lost' })),
        closed: () => setRoom((before) => ({ ...before, line: 'closed' })),
      }),
    [capsuleId],
  )
  return room
}

function joined({ state, reactions }: Room, { reactions: sent, ...fresh }: RoomState): Room {
  const added = new Map(reactions)
  for (const [kind, count] of Object.entries(sent ?? {})) added.set(kind, (added.get(kind) ?? 0) + count)
  return {
    // A message holds more than state: only the parts are taken.
    state: {
      totals: { ...state.totals, ...fresh.totals },
      people: fresh.people === undefined ? state.people : Math.max(0, fresh.people - 1),
      stage: fresh.stage === undefined ? state.stage : fresh.stage,
      questions: fresh.questions ?? state.questions,
    },
    reactions: added,
    line: 'open',
  }
}

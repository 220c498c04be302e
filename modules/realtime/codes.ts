/** Why a connection ends (R24): RFC 6455, 7.4, and our own from 4400 on, which read like HTTP's. */
export const closing = {
  done: { code: 1000, reason: 'done' },
  restart: { code: 1012, reason: 'the node restarts: come back' },
  behind: { code: 1013, reason: 'this node is behind: try again' },
  malformed: { code: 4400, reason: 'not understood' },
  denied: { code: 4403, reason: 'not open to you, or not any more' },
  absent: { code: 4404, reason: 'no such capsule' },
  protocol: { code: 4406, reason: 'this node speaks protocol 1' },
  slow: { code: 4408, reason: 'too slow: come back' },
  gone: { code: 4410, reason: 'no longer published' },
  flood: { code: 4429, reason: 'too many messages' },
} as const

export type Closing = (typeof closing)[keyof typeof closing]

/** Codes by which a client, or the socket itself, may end a connection (RFC 6455, 7.4.1); 1006 is the end without a word. */
const others: ReadonlySet<number> = new Set([1000, 1001, 1005, 1006, 1007, 1009])

/** What an ending that was not ours is counted as, whatever a client says. */
export function endingOf(code: number): number | 'other' {
  return others.has(code) ? code : 'other'
}

/** Where a commit stands among all commits of all databases: the epoch of the primary that made it, then its number. */
export interface Position {
  readonly epoch: number
  readonly number: number
}

/** Before the first commit. */
export const origin: Position = { epoch: 0, number: 0 }

/** Negative when `a` is before `b`. The epoch decides first: an old primary may have counted further. */
export function comparePositions(a: Position, b: Position): number {
  return a.epoch - b.epoch || a.number - b.number
}

/** LiteFS' position of one database. The checksum covers the whole content, so that equal positions mean equal data. */
export interface LtxPosition {
  readonly txid: number
  readonly checksum: string
}

/**
 * What LiteFS writes into `<database>-pos`: 16 hexadecimal digits, a slash, 16 more.
 * @throws Error when the text is something else.
 */
export function parseLtxPosition(text: string): LtxPosition {
  const match = /^([0-9a-f]{16})\/([0-9a-f]{16})\s*$/.exec(text)
  const txid = Number.parseInt(match?.[1] ?? '', 16)
  if (match?.[2] === undefined || !Number.isSafeInteger(txid)) throw new Error('This is no position of LiteFS.')
  return { txid, checksum: match[2] }
}

export function later(a: Position, b: Position): Position {
  return comparePositions(a, b) >= 0 ? a : b
}

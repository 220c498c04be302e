import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { type CommitRow, readCommitRows } from '../db/commits.ts'
import { openForReading } from '../db/connection.ts'
import type { Position } from '../db/position.ts'
import { prefixOf } from './prefix.ts'

/**
 * This node's prefix (G7), read from the databases in LiteFS' mount now. They are read one after the other: whatever arrives
 * meanwhile can only raise it.
 * @throws Error when a database cannot be read: then nobody may be told a position (G16).
 */
export function readPrefix(folder: string): Position {
  const databases = new Map<string, readonly CommitRow[]>()
  for (const file of readdirSync(folder)) {
    if (file.endsWith('.db')) databases.set(file.slice(0, -'.db'.length), readRows(join(folder, file)))
  }
  return prefixOf(databases)
}

/** G34: whether the nonce's row has arrived. */
export function holdsNonce(folder: string, node: string, nonce: string): boolean {
  const sqlite = openForReading(join(folder, 'directory.db'))
  try {
    return sqlite.query('SELECT 1 FROM guard_nonce WHERE node = ? AND nonce = ?').get(node, nonce) !== null
  } finally {
    sqlite.close()
  }
}

function readRows(path: string): readonly CommitRow[] {
  const sqlite = openForReading(path)
  try {
    return readCommitRows(sqlite)
  } finally {
    sqlite.close()
  }
}

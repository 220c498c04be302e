import { expect, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'drizzle-orm'
import { openDatabases } from '../../src/db/files.ts'
import type { OrganizationId } from '../../src/db/ids.ts'

const rounds = 8

test('after kill -9 every acknowledged row exists, with its change and its number', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'encapsify-kill-'))
  try {
    const acknowledged = new Map<OrganizationId, string[]>()
    for (let round = 0; round < rounds; round++) {
      const { organization, ids } = await writeUntilKilled(folder, round, 200 + round * 150)
      acknowledged.set(organization, ids)
    }
    const db = await openDatabases({
      folder,
      shards: 2,
      writerUrl: new URL('../fixtures/ledger-writer.ts', import.meta.url),
      reportBug: console.error,
      onWriterLost: console.error,
    })
    for (const [organization, ids] of acknowledged) {
      const stored = new Set(
        db.read(organization, (tx) => tx.all<{ id: string }>(sql`SELECT id FROM entry`)).map((row) => row.id),
      )
      expect(ids.filter((id) => !stored.has(id))).toEqual([])
      const changes = db.read(organization, (tx) =>
        tx.all<{ subject: string; sequence: number }>(
          sql`SELECT subject, sequence FROM change WHERE organization_id = ${organization} ORDER BY sequence`,
        ),
      )
      const announced = new Set(changes.map((change) => change.subject))
      expect([...stored].filter((id) => ids.includes(id) && !announced.has(id))).toEqual([])
      expect(changes.map((change) => change.sequence)).toEqual(changes.map((_, n) => n + 1))
    }
    for (const name of db.names) {
      const [check] = db.readFrom(name, (tx) => tx.all<{ integrity_check: string }>(sql`PRAGMA integrity_check`))
      expect(check?.integrity_check).toBe('ok')
    }
    await db.close()
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}, 120_000)

/** Kills the process outright once it has printed so many acknowledgements. */
async function writeUntilKilled(folder: string, round: number, count: number) {
  const child = Bun.spawn([process.execPath, join(import.meta.dir, 'writer-process.ts'), folder, String(round)], {
    stdout: 'pipe',
    stderr: 'inherit',
  })
  let text = ''
  const decoder = new TextDecoder()
  for await (const chunk of child.stdout) {
    text += decoder.decode(chunk, { stream: true })
    if (text.split('\n').length > count) child.kill('SIGKILL')
  }
  await child.exited
  // The last line may have been cut by the kill.
  const lines = text.slice(0, text.lastIndexOf('\n')).split('\n')
  const organization = lines[0]?.replace('organization ', '') as OrganizationId
  return { organization, ids: lines.slice(1) }
}

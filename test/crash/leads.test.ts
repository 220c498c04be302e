import { expect, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { tellLeads } from '../../modules/analytics/leads.ts'
import { Visits } from '../../modules/analytics/visits.ts'
import { openDatabases } from '../../src/db/files.ts'
import { JobRunner } from '../../src/jobs/jobs.ts'

/** Leads that were acknowledged before the process is killed. */
const acknowledgedMin = 60

test('after kill -9 every hot lead whose visit was acknowledged is told, though nobody had told of it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'encapsify-leads-'))
  try {
    const acknowledged = await recordUntilKilled(folder)
    expect(acknowledged.length).toBeGreaterThanOrEqual(acknowledgedMin)
    const db = await openDatabases({
      folder,
      shards: 1,
      writerUrl: new URL('../../src/writer.ts', import.meta.url),
      reportBug: console.error,
      onWriterLost: console.error,
    })
    const jobs = new JobRunner({ databases: db, log: { warn: console.warn, error: console.error } })
    const told: string[] = []
    tellLeads(jobs, new Visits(db, Date.now), async ({ visitor }) => void told.push(visitor))
    await jobs.settled()
    const once = new Set(told)
    expect(acknowledged.filter((visitor) => !once.has(visitor))).toEqual([])
    expect(told.length).toBe(once.size)
    await jobs.close()
    await db.close()
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}, 60_000)

/** Kills the process outright once it has printed enough acknowledgements; the last line may have been cut by that. */
async function recordUntilKilled(folder: string): Promise<string[]> {
  const child = Bun.spawn([process.execPath, join(import.meta.dir, 'leads-process.ts'), folder], {
    stdout: 'pipe',
    stderr: 'inherit',
  })
  let text = ''
  const decoder = new TextDecoder()
  for await (const chunk of child.stdout) {
    text += decoder.decode(chunk, { stream: true })
    if (text.split('\n').length > acknowledgedMin) child.kill('SIGKILL')
  }
  await child.exited
  return text.slice(0, text.lastIndexOf('\n')).split('\n')
}

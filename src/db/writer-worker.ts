import type { Database } from 'bun:sqlite'
import { mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { Committer, type WriterModule } from './committer.ts'
import { holdFolder, openForWriting } from './connection.ts'
import { kernelModule } from './kernel-operations.ts'
import { PositionFiles } from './position-files.ts'
import { Rest } from './rest.ts'
import { checkWhole } from './whole.ts'
import { type FromWriter, read, type ToWriter, type Written, written } from './writer-protocol.ts'

declare const self: Worker

/** The Worker's side: drives the committer, so that no commit ever stops the thread that answers HTTP. */
export function serveWriter(modules: readonly WriterModule[]): void {
  let committer: Committer | undefined
  let lock: Database | undefined
  let positions: PositionFiles | undefined
  const prepared = new Map<string, Database>()
  const answer = (message: FromWriter) => self.postMessage(written(message))
  const rest = new Rest({
    after(ms, fire) {
      const timer = setTimeout(fire, ms)
      return () => clearTimeout(timer)
    },
    letGo: () => committer?.letGo(),
  })

  self.onmessage = (event: MessageEvent<Written<ToWriter>>) => {
    const message = read(event.data)
    if (message.type === 'open') {
      try {
        if (message.durability === 'disk') mkdirSync(message.folder, { recursive: true, mode: 0o700 })
        lock = holdFolder(message.lock)
        if (message.durability === 'disk') checkWhole(message.folder)
        const litefs = message.durability === 'litefs' ? new PositionFiles(message.folder) : undefined
        positions = litefs
        committer = new Committer({
          modules: [kernelModule, ...modules],
          shards: message.shards,
          epoch: message.epoch,
          nowMs: Date.now,
          open: (name) => {
            const path = join(message.folder, `${name}.db`)
            const ready = prepared.get(path)
            prepared.delete(path)
            return ready ?? openForWriting(path, message.durability)
          },
          ...(litefs === undefined ? { mode: 'alone' } : { mode: 'cluster', ltxPosition: (name) => litefs.read(name) }),
        })
        answer({ type: 'opened', databases: committer.databases })
      } catch (error) {
        positions?.close()
        positions = undefined
        lock?.close()
        lock = undefined
        answer({ type: 'refused', message: describe(error) })
      }
    } else if (message.type === 'calls') {
      committer?.run(message.calls, (notice) => answer({ type: 'notice', notice }))
      answer({ type: 'idle' })
      rest.worked(message.calls.length)
    } else if (message.type === 'prepare') {
      if (committer === undefined) prepare(message.folder, prepared)
    } else if (message.type === 'begin') answer(begin(committer, message.epoch))
    else if (message.type === 'confirmed') committer?.confirm(message.position)
    else {
      rest.end()
      committer?.close()
      committer = undefined
      positions?.close()
      positions = undefined
      for (const sqlite of prepared.values()) sqlite.close()
      prepared.clear()
      lock?.close()
      lock = undefined
      answer({ type: 'closed' })
    }
  }
}

/** Opening a database on LiteFS takes some ten times as long as a commit: done before the lease is here, no write waits for it. */
function prepare(folder: string, prepared: Map<string, Database>): void {
  try {
    for (const file of readdirSync(folder)) {
      const path = join(folder, file)
      if (!file.endsWith('.db') || prepared.has(path)) continue
      const sqlite = openForWriting(path, 'litefs')
      prepared.set(path, sqlite)
      sqlite.query('SELECT count(*) FROM sqlite_schema').get()
    }
  } catch {
    // What could not be opened now is opened when it must be, and says then what is wrong.
  }
}

function begin(committer: Committer | undefined, epoch: number): FromWriter {
  try {
    return { type: 'begun', epoch, commits: committer?.begin(epoch) ?? [] }
  } catch (error) {
    return { type: 'not-begun', epoch, message: describe(error) }
  }
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message
}

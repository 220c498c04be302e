import type { Database } from 'bun:sqlite'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { Committer, type WriterModule } from './committer.ts'
import { holdFolder, openForWriting } from './connection.ts'
import { kernelModule } from './kernel-operations.ts'
import { checkWhole } from './whole.ts'
import type { FromWriter, ToWriter } from './writer-protocol.ts'

declare const self: Worker

/** The Worker's side: drives the committer, so that no commit ever stops the thread that answers HTTP. */
export function serveWriter(modules: readonly WriterModule[]): void {
  let committer: Committer | undefined
  let lock: Database | undefined
  const answer = (message: FromWriter) => self.postMessage(message)

  self.onmessage = (event: MessageEvent<ToWriter>) => {
    const message = event.data
    if (message.type === 'open') {
      try {
        mkdirSync(message.folder, { recursive: true, mode: 0o700 })
        lock = holdFolder(join(message.folder, 'writer.lock'))
        checkWhole(message.folder)
        committer = new Committer({
          modules: [kernelModule, ...modules],
          shards: message.shards,
          epoch: 1,
          nowMs: Date.now,
          open: (name) => openForWriting(join(message.folder, `${name}.db`), message.durability),
        })
        answer({ type: 'opened', databases: committer.databases })
      } catch (error) {
        answer({ type: 'refused', message: describe(error) })
      }
    } else if (message.type === 'calls') {
      committer?.run(message.calls, (notice) => answer({ type: 'notice', notice }))
      answer({ type: 'idle' })
    } else {
      committer?.close()
      lock?.close()
      answer({ type: 'closed' })
    }
  }
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message
}

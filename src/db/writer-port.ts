import type { Call, CommitNotice, Outcome } from './calls.ts'
import type { Position } from './position.ts'

/** The way to the one writer: a Worker for files, the same thread for databases in memory. */
export interface WriterPort {
  /** Sends one batch; the port answers with notices and then calls `idle`. Never called again before that. */
  send(calls: readonly Call[]): void
  /** Resolves when the writer has closed its databases. */
  close(): Promise<void>
}

export interface WriterEvents {
  notice(notice: CommitNotice): void
  /** The batch is through: the next one may be sent. */
  idle(): void
  /** Calls that ended elsewhere, or nowhere: on another node, at this position, or refused before they reached a writer. */
  answered(outcomes: readonly Outcome[], position: Position | null): void
  /** The writer is gone and will not come back: nothing more can be written by this process. */
  lost(error: Error): void
}

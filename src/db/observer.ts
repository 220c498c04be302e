import type { CommitNotice } from './calls.ts'

/** Follows one write from its call to its answer. */
export interface WriteWatch {
  /** Travels with the call to the writer, on whichever node that is. */
  readonly traceparent?: string
  /** Hears how it ends; gives it on as it is. */
  follow<T>(result: Promise<T>): Promise<T>
}

/** Hears what is written: for metrics and traces. The databases work the same without one. */
export interface DatabaseObserver {
  begin(operation: string): WriteWatch
  committed(notice: CommitNotice): void
  /** The commit is confirmed: `tell` runs everybody who listens to its changes. Called for commits with traced calls alone. */
  fanOut(notice: CommitNotice, changes: number, tell: () => void): void
}

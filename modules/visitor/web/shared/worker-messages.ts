import type { WorkerMessage } from '../worker/scope.ts'

export function isWorkerMessage(data: unknown): data is WorkerMessage {
  return (
    typeof data === 'object' && data !== null && 'type' in data && (data.type === 'updated' || data.type === 'answered')
  )
}

/** Tells the forms of this page which answers are through. */
export function tellAnswered(ids: readonly string[]): void {
  for (const id of ids) dispatchEvent(new CustomEvent('encapsify:answered', { detail: id }))
}

import type { EditedDocument } from './document/tree.ts'

/** What was changed and not yet sent, kept on this device until the server has it. */
export interface LocalCopy {
  readonly etag: string
  readonly document: EditedDocument
}

function keyOf(id: string): string {
  return `encapsify.draft.${id}`
}

/** False when the browser has no room or no right to keep it. */
export function keep(id: string, etag: string, document: EditedDocument): boolean {
  try {
    localStorage.setItem(keyOf(id), JSON.stringify({ etag, document }))
    return true
  } catch {
    return false
  }
}

export function kept(id: string): LocalCopy | undefined {
  try {
    const copy = JSON.parse(localStorage.getItem(keyOf(id)) ?? 'null') as LocalCopy | null
    return copy !== null && Array.isArray(copy.document?.pages) ? copy : undefined
  } catch {
    return undefined
  }
}

export function forget(id: string): void {
  localStorage.removeItem(keyOf(id))
}

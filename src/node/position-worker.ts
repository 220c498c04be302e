import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { PrefixReader } from '../cluster/node-prefix.ts'
import { type LtxPosition, type Position, parseLtxPosition } from '../db/position.ts'

declare const self: Worker

export type Question =
  | { readonly ask: number; readonly what: 'prefix' }
  | { readonly ask: number; readonly what: 'admission'; readonly node: string; readonly nonce: string }
  | { readonly ask: number; readonly what: 'ltx' }

export interface Answer {
  readonly ask: number
  readonly position: Position | null
  readonly held: boolean
  readonly ltx: Readonly<Record<string, LtxPosition>> | null
}

/** null: nothing is to be read any more; what is open is closed. */
export type ToPositions = { readonly mount: string | null } | Question

/** Reads from LiteFS' mount in a thread of its own: a mount that hangs stops whoever reads it, and must not stop the guard. */
export function servePositions(): void {
  let mount = ''
  let prefixes: PrefixReader | undefined
  self.onmessage = (event: MessageEvent<ToPositions>) => {
    const message = event.data
    if ('mount' in message) {
      prefixes?.close()
      mount = message.mount ?? ''
      prefixes = message.mount === null ? undefined : new PrefixReader(mount)
    } else if (prefixes !== undefined) self.postMessage(answer(mount, prefixes, message))
  }
}

function answer(mount: string, prefixes: PrefixReader, question: Question): Answer {
  const { ask } = question
  const nothing = { ask, position: null, held: false, ltx: null }
  try {
    if (question.what === 'ltx') return { ...nothing, ltx: readLtxPositions(mount) }
    const position = prefixes.read()
    const held = question.what === 'admission' && prefixes.holdsNonce(question.node, question.nonce)
    return { ...nothing, position, held }
  } catch {
    // Unknown is an answer: whoever asks then refuses (G16).
    return nothing
  }
}

function readLtxPositions(mount: string): Record<string, LtxPosition> {
  const found: Record<string, LtxPosition> = {}
  for (const file of readdirSync(mount)) {
    if (!file.endsWith('.db')) continue
    found[file.slice(0, -'.db'.length)] = parseLtxPosition(readFileSync(join(mount, `${file}-pos`), 'latin1'))
  }
  return found
}

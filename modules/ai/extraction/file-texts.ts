import { LRUCache } from 'lru-cache'
import type { OrganizationId } from '../../../src/db/ids.ts'
import { type Extracted, type Extractor, extractionLimits, kindOf } from './extractor.ts'
import type { Piece } from './messages.ts'

/** An uploaded file, as the composition root finds it. */
export interface SourceFile {
  /** Of its bytes. */
  readonly hash: string
  readonly name: string
  readonly bytes: number
  /** Undefined: the bytes are gone. */
  read(): Promise<ArrayBuffer | undefined>
}

export type FileOf = (organizationId: OrganizationId, assetId: string) => SourceFile | undefined

const keptLengthMax = 4_000_000
const plainText = /\.(txt|md|markdown|text)$/i
const headBytes = 1_024

/** The texts of uploaded files: PDF, Word and plain text. What was read of late is not read again. */
export class FileTexts {
  readonly #kept = new LRUCache<string, { readonly pieces: readonly Piece[] }>({
    maxSize: keptLengthMax,
    sizeCalculation: ({ pieces }) => pieces.reduce((sum, { text }) => sum + text.length, 1),
  })

  constructor(
    private readonly fileOf: FileOf,
    private readonly extractor: Extractor,
    private readonly log: { warn(fields: object, message: string): void },
  ) {}

  /** Nothing of a file that is gone, or of none of these kinds. What is wrong with a file is logged. */
  async of(organizationId: OrganizationId, assetId: string, signal: AbortSignal): Promise<readonly Piece[]> {
    const file = this.fileOf(organizationId, assetId)
    if (file === undefined) return []
    const kept = this.#kept.get(file.hash)
    if (kept !== undefined) return kept.pieces
    if (file.bytes > extractionLimits.fileBytesMax) return this.#incomplete(file, { pieces: [], fault: 'too-large' })
    const bytes = await file.read()
    if (bytes === undefined) return []
    const extracted = await this.#extract(file.name, bytes, signal)
    if (extracted.fault !== undefined) return this.#incomplete(file, extracted)
    this.#kept.set(file.hash, { pieces: extracted.pieces })
    return extracted.pieces
  }

  async #extract(name: string, bytes: ArrayBuffer, signal: AbortSignal): Promise<Extracted> {
    const kind = kindOf(new Uint8Array(bytes, 0, Math.min(headBytes, bytes.byteLength)), name)
    if (kind !== undefined) return this.extractor.extract(kind, bytes, signal)
    if (!plainText.test(name)) return { pieces: [] }
    try {
      const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes).slice(0, extractionLimits.textLengthMax)
      return { pieces: [{ kind: 'text', text }] }
    } catch {
      return { pieces: [], fault: 'broken' }
    }
  }

  #incomplete({ name, hash }: SourceFile, { pieces, fault }: Extracted): readonly Piece[] {
    this.log.warn({ file: name, hash, why: fault, pieces: pieces.length }, 'a file was not read whole for a chat')
    return pieces
  }
}

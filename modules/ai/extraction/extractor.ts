import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { brotliDecompress } from 'node:zlib'
import type { FileKind, Order, Piece, Report, Unreadable } from './messages.ts'

/** What of a file is read, at most. */
export interface ExtractionLimits {
  readonly fileBytesMax: number
  readonly unpackedBytesMax: number
  readonly pagesMax: number
  readonly textLengthMax: number
  readonly timeoutMs: number
  /** By how much the process may grow meanwhile. */
  readonly memoryBytesMax: number
}

export const extractionLimits: ExtractionLimits = {
  fileBytesMax: 64 * 1_048_576,
  unpackedBytesMax: 64 * 1_048_576,
  pagesMax: 1_000,
  textLengthMax: 3_000_000,
  timeoutMs: 60_000,
  memoryBytesMax: 512 * 1_048_576,
}

export interface Extracted {
  readonly pieces: readonly Piece[]
  /** Why there is not all of it; absent: there is. */
  readonly fault?: Unreadable | 'timeout' | 'memory' | undefined
}

const watchEveryMs = 50
const unpack = promisify(brotliDecompress)

/** Which of the files that are read here it is, by what is in it; undefined: none. */
export function kindOf(head: Uint8Array, name: string): FileKind | undefined {
  const start = new TextDecoder('latin1').decode(head.subarray(0, 1_024))
  if (start.includes('%PDF-')) return 'pdf'
  return start.startsWith('PK\u0003\u0004') && /\.docx$/i.test(name) ? 'docx' : undefined
}

/**
 * Reads the text of files in a Worker of its own for each, one at a time. What a file does to it (loops, takes memory without
 * end, breaks the library) ends with that Worker; what was read until then stays.
 */
export class Extractor {
  #last: Promise<unknown> = Promise.resolve()

  constructor(private readonly limits: ExtractionLimits = extractionLimits) {}

  /** Never fails for what is in the file. @throws Error when the Worker cannot be started. */
  extract(kind: FileKind, bytes: ArrayBuffer, signal?: AbortSignal): Promise<Extracted> {
    const next = this.#last.then(() => this.#extract(kind, bytes, signal))
    this.#last = next.catch(() => {})
    return next
  }

  async #extract(kind: FileKind, bytes: ArrayBuffer, signal?: AbortSignal): Promise<Extracted> {
    if (bytes.byteLength > this.limits.fileBytesMax) return { pieces: [], fault: 'too-large' }
    signal?.throwIfAborted()
    const script = await workerScript()
    const worker = new Worker(script.url, { name: 'text-of-files' })
    try {
      return await this.#read(worker, kind, bytes, signal)
    } finally {
      worker.terminate()
      script.revoke()
    }
  }

  #read(worker: Worker, kind: FileKind, bytes: ArrayBuffer, signal?: AbortSignal): Promise<Extracted> {
    const { timeoutMs, memoryBytesMax, textLengthMax, unpackedBytesMax, pagesMax } = this.limits
    const { promise, resolve } = Promise.withResolvers<Extracted>()
    const pieces: Piece[] = []
    let length = 0
    const end = (fault?: Extracted['fault']) => resolve({ pieces, fault })
    const startBytes = process.memoryUsage.rss()
    const timer = setTimeout(() => end('timeout'), timeoutMs)
    const watch = setInterval(() => {
      if (process.memoryUsage.rss() - startBytes > memoryBytesMax) end('memory')
    }, watchEveryMs)
    const leave = () => end('timeout')
    signal?.addEventListener('abort', leave, { once: true })
    worker.onmessage = ({ data }: MessageEvent<Report>) => {
      if (data.type === 'failed') return end(data.reason)
      if (data.type === 'end') return end()
      length += data.piece.text.length
      if (length > textLengthMax) return end('too-large')
      pieces.push(data.piece)
    }
    worker.onerror = () => end('broken')
    worker.addEventListener('close', () => end('broken'))
    const order: Order = { kind, bytes, unpackedBytesMax, pagesMax }
    worker.postMessage(order, [bytes])
    return promise.finally(() => {
      clearTimeout(timer)
      clearInterval(watch)
      signal?.removeEventListener('abort', leave)
    })
  }
}

interface WorkerScript {
  readonly url: string
  revoke(): void
}

/** The worker beside this file; in the executable the one that the build made of it, unpacked when it is needed. */
async function workerScript(): Promise<WorkerScript> {
  if (!Bun.isStandaloneExecutable) return { url: join(import.meta.dir, 'worker.ts'), revoke: () => {} }
  const packed = await readFile(join(import.meta.dir, 'aside', 'text-of-files.js.br'))
  const url = URL.createObjectURL(new Blob([await unpack(packed)], { type: 'text/javascript' }))
  return { url, revoke: () => URL.revokeObjectURL(url) }
}

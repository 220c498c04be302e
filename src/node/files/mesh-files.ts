import { AppError } from '../../errors.ts'
import { newChallenge } from '../hello.ts'
import { meshPort } from '../ports.ts'
import type { DistantFile, Lookup, PeerFiles, Range } from './shared.ts'
import { type Asked, ask, pieceBytesMax, readAnswer, type Said } from './words.ts'

export interface MeshFilesOptions {
  readonly key: Buffer
  /** Where this node is itself. */
  readonly address: string
  /** Where the primary is; null while nobody is, or this one. */
  readonly primary: () => string | null
  /** Every other node that this one knows of. */
  readonly others: () => Promise<readonly string[]> | readonly string[]
  /** Where nodes answer; `meshPort` when absent. */
  readonly port?: number
}

/** How long a node may take to say whether it has a file, and for a piece of it. */
const lookMaxMs = 2_000
const pieceMaxMs = 20_000
/** Nodes that are asked for one file. */
const askedMax = 32

/**
 * Files of other nodes, asked for over the mesh. The primary is asked first, for what was made by jobs lies there. What was uploaded
 * lies where its upload ended, and what an earlier primary made lies there: then all others are asked at once.
 */
export class MeshFiles implements PeerFiles {
  #lookup: Lookup = async () => undefined

  constructor(private readonly options: MeshFilesOptions) {}

  share(lookup: Lookup): void {
    this.#lookup = lookup
  }

  /** What this node has itself. */
  lookup(name: string): ReturnType<Lookup> {
    return this.#lookup(name)
  }

  async find(name: string): Promise<DistantFile | undefined> {
    const primary = this.options.primary()
    const first = primary === null ? undefined : await this.#look(primary, name)
    if (primary !== null && first?.bytes != null) return this.#distant(primary, name, first.bytes)
    const told = first?.bytes === null ? first.others : []
    const all = new Set([...told, ...(await this.options.others())])
    for (const known of [this.options.address, primary]) if (known !== null) all.delete(known)
    let isSilent = primary !== null && first === undefined
    const looks = [...all].slice(0, askedMax).map(async (address) => {
      const said = await this.#look(address, name)
      if (said?.bytes != null) return this.#distant(address, name, said.bytes)
      if (said === undefined) isSilent = true
      throw new Error('It is not there.')
    })
    // The first that has it: who is away must not keep the others waiting.
    const found = await Promise.any(looks).catch(() => undefined)
    // A node that may have it said nothing: that is no proof that it is gone.
    if (found === undefined && isSilent) throw unreached()
    return found
  }

  /** Whether it is there. undefined: nothing was said, or nothing that can be believed. */
  async #look(address: string, name: string): Promise<Said | undefined> {
    const asked = { name, range: { start: 0, end: 0 }, challenge: newChallenge() }
    return this.#ask(address, asked, lookMaxMs).catch(() => undefined)
  }

  #distant(address: string, name: string, bytes: number): DistantFile {
    return {
      bytes,
      stream: ({ start, end }: Range = { start: 0, end: bytes }) => {
        let at = start
        return new ReadableStream<Uint8Array>({
          pull: async (controller) => {
            const range = { start: at, end: Math.min(at + pieceBytesMax, end) }
            if (range.start < range.end) controller.enqueue(await this.#piece(address, name, range, bytes))
            at = range.end
            if (at >= end) controller.close()
          },
        })
      },
    }
  }

  /** @throws AppError unavailable when it does not come whole and proven. */
  async #piece(address: string, name: string, range: Range, bytes: number): Promise<Uint8Array> {
    const asked = { name, range, challenge: newChallenge() }
    const said = await this.#ask(address, asked, pieceMaxMs).catch((cause: unknown) => {
      throw unreached(cause)
    })
    if (said?.bytes !== bytes || said.piece.byteLength !== range.end - range.start) throw unreached()
    return said.piece
  }

  async #ask(address: string, asked: Asked, msMax: number): Promise<Said | undefined> {
    const { key, port = meshPort } = this.options
    const host = `${address.includes(':') ? `[${address}]` : address}:${port}`
    const { url, headers } = ask(host, key, asked)
    const init = { headers, signal: AbortSignal.timeout(msMax), redirect: 'error' } as const
    return readAnswer(key, asked, await fetch(url, init))
  }
}

function unreached(cause?: unknown): AppError {
  return new AppError('unavailable', 'The node that has this file cannot be reached just now.', {
    cause,
    retryAfterS: 2,
  })
}

import type { Lookup, SharedFile } from './shared.ts'
import { answer, filePath, readAsked } from './words.ts'

export interface FileDoorOptions {
  readonly key: Buffer
  readonly lookup: Lookup
  /** Addresses of nodes that are known here and perhaps nowhere else. */
  readonly others: () => readonly string[]
  readonly reportBug: (error: unknown) => void
}

/** Pieces that are read at once for others; who comes then comes again. */
const readsMax = 16

/** Where this node gives its files to others of its cluster. */
export class FileDoor {
  #reads = 0

  constructor(private readonly options: FileDoorOptions) {}

  /** undefined: this is no question for a file. */
  handle(request: Request): Promise<Response> | Response | undefined {
    if (!request.url.includes(filePath) || new URL(request.url).pathname !== filePath) return undefined
    const asked = readAsked(this.options.key, request)
    if (asked === undefined) return new Response('Nodes only.\n', { status: 404 })
    if (this.#reads >= readsMax) return new Response('Too many at once.\n', { status: 503 })
    this.#reads++
    return this.#answer(asked).finally(() => {
      this.#reads--
    })
  }

  async #answer(asked: Parameters<typeof answer>[1]): Promise<Response> {
    const { key, lookup, others, reportBug } = this.options
    const { name, range } = asked
    try {
      const found: SharedFile | undefined = await lookup(name)
      if (found === undefined) return answer(key, asked, { bytes: null, others: others() })
      if (range.end > found.bytes) return new Response('There is no such piece.\n', { status: 416 })
      const piece = range.end === range.start ? new Uint8Array() : new Uint8Array(await found.read(range))
      // Shorter than it was said to be: it is being removed.
      if (piece.byteLength !== range.end - range.start) return new Response('It is going.\n', { status: 503 })
      return answer(key, asked, { bytes: found.bytes, piece })
    } catch (error) {
      reportBug(error)
      return new Response('It cannot be read.\n', { status: 503 })
    }
  }
}

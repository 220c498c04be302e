import { AppError } from '../../../src/errors.ts'
import { limits } from '../limits.ts'

/** The file of a form, read as it arrives, and the fields that came before it. */
export interface FormFile {
  /** As the client names it; may be empty. */
  readonly name: string
  /** What the client says it is. */
  readonly type: string | undefined
  readonly fields: ReadonlyMap<string, string>
  /** To be read once, to its end. */
  readonly bytes: AsyncIterable<Uint8Array>
}

const partHeadersMax = 8 * 1_024
const partsMax = 20
const lineEnd = '\r\n'

/**
 * Finds the part `file` of a multipart/form-data body (RFC 7578, RFC 2046) without holding the body.
 * @throws AppError unsupported-media-type for another type; malformed for a body that is cut off or breaks the grammar;
 * invalid when there is no such part; too-large for fields beyond their limit.
 */
export async function fileOf(request: Request): Promise<FormFile> {
  const boundary = boundaryOf(request.headers.get('content-type') ?? '')
  if (request.body === null) throw missing()
  const body = new Body(request.body)
  const delimiter = `${lineEnd}--${boundary}`
  const fields = new Map<string, string>()
  let room = limits.fieldBytesMax
  await collect(body.until(delimiter), room)
  for (let parts = 0; parts < partsMax; parts++) {
    const ending = await body.take(2)
    if (ending === '--') throw missing()
    if (ending !== lineEnd) throw broken('a boundary is followed by something else')
    const { field, name, type } = partOf(await collect(body.until(`${lineEnd}${lineEnd}`), partHeadersMax))
    if (field === 'file') return { name: name ?? '', type, fields, bytes: body.until(delimiter) }
    const text = await collect(body.until(delimiter), room)
    room -= Buffer.byteLength(text)
    fields.set(field, text)
  }
  throw broken(`it has more than ${partsMax} parts before its file`)
}

/** Bytes in order, of which some are looked for. */
class Body {
  readonly #chunks: AsyncIterator<Uint8Array>
  // A body may begin with a boundary and no line before it.
  #waiting: Buffer = Buffer.from(lineEnd)

  constructor(stream: ReadableStream<Uint8Array>) {
    this.#chunks = stream[Symbol.asyncIterator]()
  }

  /** What comes before `mark`, which is passed over. */
  async *until(mark: string): AsyncGenerator<Uint8Array> {
    const bytes = Buffer.from(mark, 'latin1')
    for (;;) {
      const at = this.#waiting.indexOf(bytes)
      if (at >= 0) {
        const before = this.#waiting.subarray(0, at)
        this.#waiting = this.#waiting.subarray(at + bytes.length)
        if (before.length > 0) yield before
        return
      }
      // The last bytes may be the beginning of the mark.
      const sure = this.#waiting.length - bytes.length + 1
      if (sure > 0) {
        const before = this.#waiting.subarray(0, sure)
        this.#waiting = this.#waiting.subarray(sure)
        yield before
      }
      await this.#more()
    }
  }

  async take(count: number): Promise<string> {
    while (this.#waiting.length < count) await this.#more()
    const taken = this.#waiting.subarray(0, count).toString('latin1')
    this.#waiting = this.#waiting.subarray(count)
    return taken
  }

  async #more(): Promise<void> {
    const next = await this.#chunks.next()
    if (next.done) throw broken('it ends before its last boundary')
    this.#waiting = this.#waiting.length === 0 ? Buffer.from(next.value) : Buffer.concat([this.#waiting, next.value])
  }
}

async function collect(bytes: AsyncIterable<Uint8Array>, bytesMax: number): Promise<string> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of bytes) {
    length += chunk.byteLength
    if (length > bytesMax) {
      throw new AppError('too-large', 'The fields of this form are too large. Only its part "file" may be large.')
    }
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function boundaryOf(contentType: string): string {
  if (!/^multipart\/form-data\s*(;|$)/i.test(contentType)) {
    throw new AppError('unsupported-media-type', 'Send the file as multipart/form-data, in a part named "file".')
  }
  const match = /;\s*boundary=(?:"([^"]{1,70})"|([\w'()+,./:=?-]{1,70}))/i.exec(contentType)
  const boundary = match?.[1] ?? match?.[2]
  if (boundary === undefined) throw broken('its type names no boundary')
  return boundary
}

function partOf(headers: string): { field: string; name: string | undefined; type: string | undefined } {
  const line = (name: string) => new RegExp(`(?:^|\\r\\n)${name}:[ \\t]*([^\\r\\n]*)`, 'i').exec(headers)?.[1]
  const disposition = line('content-disposition')
  if (disposition === undefined || !/^form-data\s*;/i.test(disposition)) {
    throw broken('a part does not say what it is')
  }
  const parameter = (name: string) => {
    const match = new RegExp(`;\\s*${name}=(?:"((?:[^"\\\\]|\\\\.)*)"|([^;\\s]+))`, 'i').exec(disposition)
    // Browsers write a quotation mark in a name as %22 (HTML, multipart form data).
    return (match?.[1] ?? match?.[2])?.replaceAll('\\"', '"').replaceAll('%22', '"')
  }
  return {
    field: parameter('name') ?? '',
    name: parameter('filename'),
    type: line('content-type')?.split(';')[0]?.trim().toLowerCase(),
  }
}

function missing(): AppError {
  return new AppError('invalid', 'There is no file: send it in a part named "file".', {
    faults: [{ pointer: '/file', message: 'is missing' }],
  })
}

function broken(why: string): AppError {
  return new AppError('malformed', `The form cannot be read: ${why}.`)
}

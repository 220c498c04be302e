/** A file of an archive. Its size stands before its bytes, so it is known before they are. */
export interface TarEntry {
  /** With slashes; any characters. */
  readonly path: string
  readonly bytes: number
  /** UTC milliseconds. */
  readonly modifiedMs: number
  readonly body: AsyncIterable<Uint8Array>
}

/** What the eleven octal digits of a size hold: 8 GiB less a byte. */
export const entryBytesMax = 0o77777777777
const blockBytes = 512
/** A quarter of what the server itself takes for a dead connection; proxies are as patient at least. */
const silenceMsMax = 15_000
const silence = Symbol('silence')
/** Longer paths, and those with other letters than a header has, stand in a pax record. */
const plainPath = /^[\x20-\x7e]{1,100}$/

/**
 * A tar archive (POSIX.1-2001, the pax and ustar interchange formats: IEEE Std 1003.1, `pax`), made as fast as it is read: no
 * file is held whole, and when its reader leaves, the entries hear of it.
 * While an entry is being made ready, headers that say nothing go out: a connection that is silent is taken for one that ended.
 * @param onFault told why an archive broke off: its reader sees only that it did.
 */
export function tarStream(
  entries: AsyncIterable<TarEntry>,
  onFault: (error: unknown) => void,
  silenceMs = silenceMsMax,
): ReadableStream<Uint8Array> {
  const parts = partsOf(entries, silenceMs)
  let left = false
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = await parts.next()
          if (left) return
          if (done) controller.close()
          else controller.enqueue(value)
        } catch (error) {
          onFault(error)
          throw error
        }
      },
      async cancel() {
        left = true
        await parts.return(undefined)
      },
    },
    { highWaterMark: 0 },
  )
}

async function* partsOf(entries: AsyncIterable<TarEntry>, silenceMs: number): AsyncGenerator<Uint8Array, undefined> {
  for await (const entry of withSigns(entries, silenceMs)) {
    if (entry === silence) {
      yield signOfLife
      continue
    }
    yield headOf(entry)
    let bytes = 0
    for await (const chunk of entry.body) {
      bytes += chunk.byteLength
      if (bytes > entry.bytes) break
      yield chunk
    }
    if (bytes !== entry.bytes) throw new Error(`${entry.path} is not of the size that was said before.`)
    const padding = paddingOf(bytes)
    if (padding > 0) yield new Uint8Array(padding)
  }
  yield new Uint8Array(2 * blockBytes)
  return undefined
}

/** The entries, and in between, each time that none comes for so long, that there is silence. */
async function* withSigns(
  entries: AsyncIterable<TarEntry>,
  silenceMs: number,
): AsyncGenerator<TarEntry | typeof silence> {
  const all = entries[Symbol.asyncIterator]()
  try {
    for (;;) {
      const coming = all.next()
      let next = await orSilence(coming, silenceMs)
      for (; next === silence; next = await orSilence(coming, silenceMs)) yield silence
      if (next.done === true) return
      yield next.value
    }
  } finally {
    await all.return?.()
  }
}

async function orSilence<T>(coming: Promise<T>, silenceMs: number): Promise<T | typeof silence> {
  const { promise, resolve } = Promise.withResolvers<typeof silence>()
  const timer = setTimeout(() => resolve(silence), silenceMs)
  try {
    return await Promise.race([coming, promise])
  } finally {
    clearTimeout(timer)
  }
}

function headOf(entry: TarEntry): Uint8Array {
  if (entry.bytes > entryBytesMax) throw new Error(`${entry.path} is larger than a tar header can say.`)
  const header = headerOf(entry, '0')
  if (plainPath.test(entry.path)) return header
  const record = Buffer.from(paxRecord('path', entry.path))
  const pax = headerOf({ path: 'PaxHeader', bytes: record.byteLength, modifiedMs: entry.modifiedMs }, 'x')
  return Buffer.concat([pax, record, Buffer.alloc(paddingOf(record.byteLength)), header])
}

function headerOf({ path, bytes, modifiedMs }: Omit<TarEntry, 'body'>, type: '0' | 'x' | 'g'): Buffer {
  const block = Buffer.alloc(blockBytes)
  block.write(path, 0, 100)
  block.write(octal(0o644, 8), 100)
  block.write(octal(0, 8), 108)
  block.write(octal(0, 8), 116)
  block.write(octal(bytes, 12), 124)
  block.write(octal(Math.max(0, Math.floor(modifiedMs / 1_000)), 12), 136)
  // The sum is made as if its own place held blanks.
  block.write(' '.repeat(8), 148)
  block.write(type, 156)
  block.write('ustar\u000000', 257)
  const sum = block.reduce((total, byte) => total + byte, 0)
  block.write(`${octal(sum, 7)} `, 148)
  return block
}

/** In a field of so many bytes, the last of which is zero. */
function octal(value: number, width: number): string {
  return `${value.toString(8).padStart(width - 1, '0')}\u0000`
}

/** `length key=value`, whose length counts its own digits. */
function paxRecord(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`
  const bytes = Buffer.byteLength(rest)
  let length = bytes + String(bytes).length
  if (String(length).length > String(bytes).length) length = bytes + String(length).length
  return `${length}${rest}`
}

function paddingOf(bytes: number): number {
  return (blockBytes - (bytes % blockBytes)) % blockBytes
}

/** A global pax header with a comment, which every reader skips (git puts its commit there). */
const signOfLife = signed('comment', 'more is coming')

function signed(key: string, value: string): Buffer {
  const record = Buffer.from(paxRecord(key, value))
  const head = headerOf({ path: 'pax_global_header', bytes: record.byteLength, modifiedMs: 0 }, 'g')
  return Buffer.concat([head, record, Buffer.alloc(paddingOf(record.byteLength))])
}

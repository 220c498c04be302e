import { close, open as openFile, read as readFile } from 'node:fs'
import { mkdir, open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { promisify } from 'node:util'
import type { ByteRange } from './store.ts'

export function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}

/** What was written to a file (or which names a folder holds) survives a power cut from here on. */
export async function sync(path: string): Promise<void> {
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Makes a folder and, where it is new, makes it last: a name is durable once the folder that holds it is synced. */
export async function makeFolder(path: string): Promise<void> {
  const first = await mkdir(path, { recursive: true, mode: 0o700 })
  if (first === undefined) return
  for (let made = path; made.length >= first.length; made = dirname(made)) await sync(dirname(made))
}

/** The bytes of a file as Bun sends them best. The file must stay: nothing is opened before the first byte is asked for. */
export function fileStream(path: string, range?: ByteRange): ReadableStream<Uint8Array> {
  const file = Bun.file(path)
  return (range === undefined ? file : file.slice(range.start, range.end)).stream()
}

const chunkBytes = 256 * 1_024
const opened = promisify(openFile)
const closed = promisify(close)
const read = promisify(readFile)

/** Closes what nobody read to its end or cancelled: a reader that was gone before the answer began does neither. */
const left = new FinalizationRegistry<number>((fd) => close(fd, () => {}))

/** The bytes of a file that may be removed meanwhile: it is opened before this resolves. @throws ENOENT. */
export async function heldFileStream(path: string, range?: ByteRange): Promise<ReadableStream<Uint8Array>> {
  // No FileHandle: one that is collected while it is open ends the process.
  const fd = await opened(path, 'r')
  const end = range?.end ?? Number.POSITIVE_INFINITY
  let at = range?.start ?? 0
  const letGo = () => {
    left.unregister(stream)
    return closed(fd)
  }
  const stream = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const chunk = new Uint8Array(Math.min(chunkBytes, end - at))
      const { bytesRead } = await read(fd, chunk, 0, chunk.byteLength, at)
      at += bytesRead
      if (bytesRead > 0) controller.enqueue(chunk.subarray(0, bytesRead))
      if (bytesRead > 0 && at < end) return
      await letGo()
      controller.close()
    },
    cancel: letGo,
  })
  left.register(stream, fd, stream)
  return stream
}

/** What is still to be read of a stream. */
export interface Chunks {
  read(): Promise<ChunkRead>
  cancel(): Promise<void>
}

export type ChunkRead =
  | { readonly done: false; readonly value: Uint8Array }
  | { readonly done: true; readonly value?: Uint8Array | undefined }

/** Whether nothing is left to read, as far as it is known without waiting; and the same chunks, read from here on. */
export async function lookAhead(chunks: Chunks): Promise<{ readonly isOver: boolean; readonly rest: Chunks }> {
  const next = chunks.read()
  // What has arrived is told within a turn of the microtasks.
  await null
  if (Bun.peek.status(next) !== 'fulfilled') return { isOver: false, rest: readOn(chunks, next) }
  return { isOver: (await next).done, rest: readOn(chunks, next) }
}

/** The same chunks, of which the first is being read. */
function readOn(chunks: Chunks, first: Promise<ChunkRead>): Chunks {
  let ahead: Promise<ChunkRead> | undefined = first
  // Whoever reads hears of it.
  first.catch(() => {})
  return {
    read() {
      const read = ahead ?? chunks.read()
      ahead = undefined
      return read
    },
    cancel: () => chunks.cancel(),
  }
}

import type { Page } from '../../src/http/paging.ts'

/** A list to its end, page by page, with a turn for everybody else before each. */
export async function* each<T>(pageAt: (cursor: string | undefined) => Page<T>): AsyncGenerator<T> {
  let cursor: string | undefined
  do {
    await new Promise<void>((resolve) => setImmediate(resolve))
    const page = pageAt(cursor)
    yield* page.items
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined)
}

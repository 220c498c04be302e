import type { PageCache } from '../../src/cache/pages.ts'
import type { Door } from '../../src/http/server.ts'
import { keyOf } from './address.ts'

/** Answers what is ready, before the router; everything else is the routes' to find, to render or to refuse. */
export function visitorDoor({ pages }: { readonly pages: PageCache }): Door {
  return (request) => {
    const method = request.method
    if (method !== 'GET' && method !== 'HEAD') return undefined
    const key = keyOf(request.url)
    return key === undefined ? undefined : pages.answer(key, request)
  }
}

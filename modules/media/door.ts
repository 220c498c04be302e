import type { Door } from '../../src/http/server.ts'
import type { Media } from './media.ts'

/** Pictures and files, before the router: a page asks for many, and most lie ready. */
export function mediaDoor({ delivery }: Media): Door {
  return (request) => delivery.handle(request)
}

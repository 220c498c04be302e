import { afterEach, expect, test } from 'bun:test'
import * as ai from '../../modules/studio/web/app/ai.ts'
import { identity } from '../../modules/studio/web/app/identity.ts'
import { proposals } from '../../modules/studio/web/app/proposals.ts'
import * as resources from '../../modules/studio/web/app/resources.ts'
import { serve } from './server.ts'

const ownFetch = globalThis.fetch
afterEach(() => {
  globalThis.fetch = ownFetch
})

interface Described {
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>
}

/** Every request that the studio's client can make: each of its functions, called with something for everything. */
async function requests(): Promise<string[]> {
  const seen = new Set<string>()
  const listen = async (address: string | URL | Request, init?: RequestInit) => {
    seen.add(`${init?.method ?? 'GET'} ${new URL(String(address), 'http://localhost').pathname}`)
    return Response.json({ items: [], nextCursor: null })
  }
  globalThis.fetch = Object.assign(listen, { preconnect: ownFetch.preconnect })
  const groups = [...Object.values(resources), ...Object.values(ai), identity, proposals]
  for (const group of groups) {
    if (typeof group !== 'object' || Array.isArray(group)) continue
    for (const call of Object.values(group)) {
      // What waits for events is told that there were none: only what it asked for counts.
      const ask = async () => (call as (...given: unknown[]) => unknown)('one', 'two', {}, {})
      if (typeof call === 'function') await (group === proposals ? ask().catch(() => undefined) : ask())
    }
  }
  globalThis.fetch = ownFetch
  return [...seen]
}

/** `/capsules/{id}/draft` fits `/capsules/one/draft`. */
function fits(described: string, path: string): boolean {
  const [expected, given] = [described.split('/'), path.split('/')]
  return expected.length === given.length && expected.every((part, n) => part.startsWith('{') || part === given[n])
}

test('each request of the studio’s client is one that the server describes', async () => {
  await using server = await serve()
  const { paths } = (await (await fetch(`${server.origin}/api/openapi.json`)).json()) as Described
  const made = await requests()
  expect(made.length).toBeGreaterThan(60)
  const unknown = made.filter((request) => {
    const [method = '', path = ''] = request.split(' ')
    return !Object.entries(paths).some(([one, methods]) => fits(one, path) && method.toLowerCase() in methods)
  })
  expect(unknown).toEqual([])
})

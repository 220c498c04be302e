/** What pages are made of besides HTML: named by content, so whichever is there is the right one. */
const cacheName = 'files 1'
const filesMax = 300
const fileBytesMax = 2_000_000

export const fileCaches: readonly string[] = [cacheName]

/** From this device, or else from the network and then onto this device when it never changes. */
export async function file(request: Request, keep: (work: Promise<unknown>) => void): Promise<Response> {
  const cache = await caches.open(cacheName)
  const kept = await cache.match(request, { ignoreVary: true })
  if (kept !== undefined) return kept
  const answer = await fetch(request)
  if (isKept(answer)) keep(put(cache, request.url, answer.clone()))
  return answer
}

/** Lays files down that are not there yet; one that fails is fetched when it is shown. */
export async function keepFiles(urls: Iterable<string>): Promise<void> {
  const cache = await caches.open(cacheName)
  for (const url of urls) {
    if ((await cache.match(url, { ignoreVary: true })) !== undefined) continue
    const answer = await fetch(url).catch(() => undefined)
    if (answer !== undefined && isKept(answer)) await put(cache, url, answer)
  }
}

/** The files of ours that a page shows. */
export function filesIn(html: string): string[] {
  return [...html.matchAll(/(?:src|href)="(\/-\/[^"#]+)"/g)].map((match) => (match[1] ?? '').replaceAll('&amp;', '&'))
}

function isKept(answer: Response): boolean {
  const { headers } = answer
  if (answer.status !== 200 || !/immutable/.test(headers.get('cache-control') ?? '')) return false
  if (/^(?:video|audio)\//.test(headers.get('content-type') ?? '')) return false
  return Number(headers.get('content-length') ?? 0) <= fileBytesMax
}

async function put(cache: Cache, url: string, answer: Response): Promise<void> {
  await cache.put(url, answer)
  const keys = await cache.keys()
  for (const key of keys.slice(0, Math.max(0, keys.length - filesMax))) await cache.delete(key)
}

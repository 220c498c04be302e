import { filesIn, keepFiles } from './files.ts'
import { beginGeneration, dropGenerations, type Generation, keptGeneration } from './generations.ts'
import type { FetchEvent } from './scope.ts'

/** How long the network may take before a page that is kept is shown: a person calls less than that instant. */
const patienceMs = 50
/** Who loads again wants to see what is there now. */
const reloadPatienceMs = 3_000
/** Pages of a capsule that are laid down without having been opened. */
const pagesMax = 50
const generationHeader = 'encapsify-generation'

/** A capsule's page: where its capsule is, and which of its pages. */
export interface Place {
  readonly path: string
  /** The page's one address. */
  readonly key: string
}

/** What the server says of a capsule that is to be kept. */
interface Offline {
  readonly generation: string
  readonly pages: readonly string[]
  readonly assets: readonly string[]
}

const reserved = /^\/(?:-|ai|api|health|live|metrics|ops|studio)\//

/** Undefined for what is no page of a capsule, or is one visitor's own. */
export function placeOf(url: URL): Place | undefined {
  const { pathname: path, searchParams } = url
  if (!/^\/[a-z0-9-]+\/[a-z0-9-]+$/.test(path) || reserved.test(path) || searchParams.has('answered')) return undefined
  const page = searchParams.get('page')
  return { path, key: page ? `${path}?page=${encodeURIComponent(page)}` : path }
}

/**
 * A page that was kept is shown when the network is not there at once; what the network then says is kept for the next time.
 * @param tell says that the page that was shown is no longer the newest
 */
export async function openPage(event: FetchEvent, place: Place, tell: () => Promise<void>): Promise<Response> {
  const isReload = ['reload', 'no-cache', 'no-store'].includes(event.request.cache)
  // From the beginning: looking on the device is a part of what a person waits for.
  const wait = new Promise<undefined>((resolve) => setTimeout(resolve, isReload ? reloadPatienceMs : patienceMs))
  const kept = await keptGeneration(place.path)
  const page = await kept?.cache.match(place.key, { ignoreVary: true })
  const network = fromNetwork(event, place)
  event.waitUntil(network.catch(() => {}))
  if (kept === undefined || page === undefined) {
    return network.then(
      (answer) => (answer === 'older' ? fetch(event.request) : answer),
      () => notKept(),
    )
  }
  const first = await Promise.race([network.catch(() => 'unreachable' as const), wait])
  if (first instanceof Response && first.status < 500) return first
  if (first === undefined) event.waitUntil(network.then((answer) => tellIfNewer(answer, kept, tell)).catch(() => {}))
  return page
}

/** Lays down a page that was opened before the worker was there. */
export async function keepPage(place: Place): Promise<void> {
  const answer = await fetch(place.key)
  const id = answer.headers.get(generationHeader)
  if (!answer.ok || id === null) return
  const generation = await beginGeneration(place.path, id)
  if (generation === 'older') return
  await generation.cache.put(place.key, answer)
  await complete(place.path, generation)
}

async function fromNetwork(event: FetchEvent, place: Place): Promise<Response | 'older'> {
  const answer = (await event.preloadResponse) ?? (await fetch(event.request))
  const isOwn = answer.ok && /no-store/.test(answer.headers.get('cache-control') ?? '')
  // What is gone, closed, or only this visitor's own by now is not shown from here any more.
  if (isOwn || isOver(answer)) await dropGenerations(place.path)
  const id = answer.headers.get(generationHeader)
  if (!answer.ok || id === null || isOwn) return answer
  const generation = await beginGeneration(place.path, id)
  if (generation === 'older') return 'older'
  const copy = answer.clone()
  event.waitUntil(
    generation.cache
      .put(place.key, copy)
      .then(() => complete(place.path, generation))
      .catch(() => {}),
  )
  return answer
}

async function tellIfNewer(answer: Response | 'older', shown: Generation, tell: () => Promise<void>): Promise<void> {
  if (answer === 'older') return
  const id = answer.headers.get(generationHeader)
  if (isOver(answer) || (answer.ok && id !== shown.id)) await tell()
}

/** There is nothing here for this visitor, or not any more. */
function isOver({ status }: Response): boolean {
  return [403, 404, 410].includes(status)
}

/** Lays down what is missing of a generation. What is of another one by now is left: the next visit begins that. */
async function complete(path: string, { cache, id }: Generation): Promise<void> {
  const answer = await fetch(`${path}/-/offline`)
  if (!answer.ok) return
  const offline = (await answer.json()) as Offline
  if (offline.generation !== id) return
  const files = new Set(offline.assets)
  for (const key of offline.pages.slice(0, pagesMax)) {
    let page = await cache.match(key, { ignoreVary: true })
    if (page === undefined) {
      const fetched = await fetch(key)
      if (fetched.headers.get(generationHeader) !== id) return
      await cache.put(key, fetched.clone())
      page = fetched
    }
    for (const url of filesIn(await page.text())) files.add(url)
  }
  await keepFiles(files)
}

function notKept(): Response {
  const html =
    '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>You are offline</title><h1>You are offline</h1><p>This page was not opened on this device before. It will be here when you are connected again.</p>'
  return new Response(html, { status: 503, headers: { 'content-type': 'text/html; charset=utf-8' } })
}

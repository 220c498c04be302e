import { sendWaiting } from './shared/outbox.ts'
import { file, fileCaches } from './worker/files.ts'
import { keepPage, openPage, type Place, placeOf } from './worker/pages.ts'
import type { WorkerMessage, WorkerScope } from './worker/scope.ts'

declare const self: WorkerScope

/**
 * The service worker of visitor pages: what was visited opens at once and without a network, and answers that could not be sent
 * are sent later. The studio, operations, the API, AI and live connections pass it by.
 */
self.addEventListener('install', (event) => event.waitUntil(self.skipWaiting()))

self.addEventListener('activate', (event) => {
  event.waitUntil(
    Promise.all([dropUnknown(), self.registration.navigationPreload?.enable(), self.clients.claim()]).then(() => {}),
  )
})

self.addEventListener('fetch', (event) => {
  const { request } = event
  if (request.method !== 'GET' || request.headers.has('range')) return
  const url = new URL(request.url)
  if (url.origin !== self.location.origin) return
  if (request.mode === 'navigate') {
    const place = placeOf(url)
    if (place !== undefined) event.respondWith(openPage(event, place, () => tell(event.resultingClientId, place.path)))
  } else if (url.pathname.startsWith('/-/') && !url.pathname.startsWith('/-/vitals')) {
    event.respondWith(file(request, (work) => event.waitUntil(work)))
  }
})

self.addEventListener('message', (event) => {
  const place = visitedPlace(event.data)
  if (place !== undefined) event.waitUntil(keepPage(place).catch(() => {}))
})

self.addEventListener('sync', (event) => {
  if (event.tag === 'answers') event.waitUntil(sendWaiting().then(announce))
})

function visitedPlace(data: unknown): Place | undefined {
  if (typeof data !== 'object' || data === null || !('type' in data) || data.type !== 'visited') return undefined
  const url = 'url' in data && typeof data.url === 'string' ? new URL(data.url, self.location.origin) : undefined
  return url?.origin === self.location.origin ? placeOf(url) : undefined
}

async function tell(clientId: string, path: string): Promise<void> {
  const client = await self.clients.get(clientId)
  client?.postMessage({ type: 'updated', path } satisfies WorkerMessage)
}

async function announce(ids: string[]): Promise<void> {
  if (ids.length === 0) return
  for (const client of await self.clients.matchAll()) {
    client.postMessage({ type: 'answered', ids } satisfies WorkerMessage)
  }
}

/** Caches of a worker before this one. */
async function dropUnknown(): Promise<void> {
  for (const name of await caches.keys()) {
    if (!name.startsWith('capsule ') && !fileCaches.includes(name)) await caches.delete(name)
  }
}

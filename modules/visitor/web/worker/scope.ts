/** What a service worker sees, as far as ours uses it: the types of pages do not know it. */
export interface ExtendableEvent {
  waitUntil(work: Promise<unknown>): void
}

export interface FetchEvent extends ExtendableEvent {
  readonly request: Request
  readonly preloadResponse: Promise<Response | undefined>
  readonly resultingClientId: string
  respondWith(answer: Promise<Response>): void
}

export interface SyncEvent extends ExtendableEvent {
  readonly tag: string
}

export interface MessageFromPage extends ExtendableEvent {
  readonly data: unknown
}

interface Client {
  readonly url: string
  postMessage(message: unknown): void
}

export interface WorkerScope {
  readonly location: { readonly origin: string }
  readonly registration: { readonly navigationPreload?: { enable(): Promise<void> } }
  readonly clients: {
    claim(): Promise<void>
    get(id: string): Promise<Client | undefined>
    matchAll(): Promise<readonly Client[]>
  }
  skipWaiting(): Promise<void>
  addEventListener(name: 'install' | 'activate', listen: (event: ExtendableEvent) => void): void
  addEventListener(name: 'fetch', listen: (event: FetchEvent) => void): void
  addEventListener(name: 'message', listen: (event: MessageFromPage) => void): void
  addEventListener(name: 'sync', listen: (event: SyncEvent) => void): void
}

/** Said by a page that no worker brought. */
export interface VisitedMessage {
  readonly type: 'visited'
  readonly url: string
}

/** Said to pages. */
export type WorkerMessage =
  | { readonly type: 'updated'; readonly path: string }
  | { readonly type: 'answered'; readonly ids: readonly string[] }

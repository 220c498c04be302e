/** A request to a CDN, as it leaves. */
export interface CdnRequest {
  readonly method: 'POST'
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
}

/** What is thrown out at once: some tags, some addresses, or everything. */
export type Purge =
  | { readonly tags: readonly string[] }
  | { readonly urls: readonly string[] }
  | { readonly everything: true }

/** How one CDN is told. Adapters only say what a request looks like; sending, batching and waiting are the same for all. */
export interface Cdn {
  readonly name: string
  /** Tags, and addresses, that one request may name. */
  readonly tagsMax: number
  readonly urlsMax: number
  /** So many requests may be sent at once, then one each `msPerRequest`. */
  readonly burst: number
  readonly msPerRequest: number
  request(purge: Purge): CdnRequest
  /** Whether a body of 200 says that it was not done after all. */
  isRefusal?(body: unknown): boolean
}

export const cdnNames = ['cloudflare', 'fastly', 'bunny'] as const

export interface CdnConfig {
  readonly name: (typeof cdnNames)[number]
  readonly token: string
  /** Cloudflare: the zone. Fastly: the service. Bunny: the pull zone. */
  readonly zone: string
  /** Where its API is, without a trailing slash; for tests and for proxies. */
  readonly api: string | undefined
}

/** What LiteFS asks and who answers. */
export interface LeaseAnswers {
  readonly clusterId: string
  /** Whom LiteFS may follow, and where its stream is to be had; null while nobody is known to be primary. */
  primary(): { readonly node: string; readonly url: string } | null
  /** Resolves when it is decided. */
  acquire(session: string): Promise<boolean>
  renew(session: string): Promise<boolean>
  /** LiteFS gave its lease up. */
  released(session: string): void
}

const key = '/v1/kv/litefs/primary'

/**
 * The lease server that LiteFS asks, in the shape of Consul's HTTP interface
 * (https://developer.hashicorp.com/consul/api-docs, sessions and KV): on the loopback, for this node's LiteFS alone.
 */
export class LeaseServer {
  readonly #server: ReturnType<typeof Bun.serve>

  constructor(private readonly answers: LeaseAnswers) {
    this.#server = Bun.serve({
      hostname: '127.0.0.1',
      port: 0,
      idleTimeout: 30,
      fetch: (request) => this.#answer(request),
      error: (error) => new Response(error.message, { status: 500 }),
    })
  }

  get url(): string {
    return `http://127.0.0.1:${this.#server.port}`
  }

  close(): void {
    void this.#server.stop(true)
  }

  async #answer(request: Request): Promise<Response> {
    const url = new URL(request.url)
    const { answers } = this
    if (request.method === 'GET') return this.#read(url.pathname)
    if (request.method !== 'PUT') return new Response('', { status: 405 })
    if (url.pathname === '/v1/session/create') return json({ ID: crypto.randomUUID() })
    const [, verb, session] = /^\/v1\/session\/(renew|destroy)\/([\w-]{1,64})$/.exec(url.pathname) ?? []
    if (verb === 'renew' && session !== undefined) {
      // Consul's 404 is what tells LiteFS that its lease is over; anything else it would ask again.
      return (await answers.renew(session)) ? json([{ ID: session }]) : new Response('', { status: 404 })
    }
    if (verb === 'destroy' && session !== undefined) {
      answers.released(session)
      return json(true)
    }
    if (url.pathname !== key) return json(url.pathname === `${key}/clusterid`)
    const acquiring = url.searchParams.get('acquire')
    if (acquiring !== null) return json(await answers.acquire(acquiring))
    return json(url.searchParams.has('release'))
  }

  #read(path: string): Response {
    if (path === `${key}/clusterid`) return value(path, this.answers.clusterId)
    const primary = path === key ? this.answers.primary() : null
    if (primary === null) return new Response('', { status: 404 })
    return value(path, JSON.stringify({ hostname: primary.node, 'advertise-url': primary.url }))
  }
}

function value(path: string, text: string): Response {
  const Value = Buffer.from(text).toString('base64')
  return json([{ Key: path.slice('/v1/kv/'.length), Value, Flags: 0, LockIndex: 1, CreateIndex: 1, ModifyIndex: 1 }])
}

function json(content: unknown): Response {
  return Response.json(content)
}

import { Type } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import { limits } from './limits.ts'

const defaultApi = 'https://api.fly.io/graphql'
/** What Fly says when a host is among an app's certificates already: adding it twice is adding it once. */
const known = /already (exists|been taken)|hostname.*taken/i

const answerShape = Type.Object({
  data: Type.Optional(Type.Unknown()),
  errors: Type.Optional(Type.Array(Type.Object({ message: Type.String() }))),
})
const checkShape = Type.Object({
  app: Type.Object({
    certificate: Type.Union([Type.Null(), Type.Object({ configured: Type.Boolean(), clientStatus: Type.String() })]),
  }),
})

export interface FlyAccount {
  readonly token: string
  readonly app: string
  /** Another address of the API, for tests. */
  readonly api?: string
}

/** Certificates of custom domains, made and renewed by Fly's proxy when its API is told of a host. */
export class FlyCertificates {
  constructor(private readonly account: FlyAccount) {}

  /** Asks for a certificate when there is none yet, and whether it is there. @throws Error with what Fly says. */
  async ensure(hostname: string): Promise<'ready' | 'pending'> {
    const found = await this.#status(hostname)
    if (found !== undefined) return found
    await this.#ask(
      'mutation($appId: ID!, $hostname: String!) { addCertificate(appId: $appId, hostname: $hostname) { certificate { hostname configured clientStatus } } }',
      { appId: this.account.app, hostname },
      known,
    )
    return (await this.#status(hostname)) ?? 'pending'
  }

  /** A certificate that is not there is removed. */
  async remove(hostname: string): Promise<void> {
    if ((await this.#status(hostname)) === undefined) return
    await this.#ask(
      'mutation($appId: ID!, $hostname: String!) { deleteCertificate(appId: $appId, hostname: $hostname) { certificate { hostname } } }',
      { appId: this.account.app, hostname },
    )
  }

  async #status(hostname: string): Promise<'ready' | 'pending' | undefined> {
    const data = await this.#ask(
      'query($appName: String!, $hostname: String!) { app(name: $appName) { certificate(hostname: $hostname) { configured clientStatus } } }',
      { appName: this.account.app, hostname },
    )
    if (!Value.Check(checkShape, data)) throw new Error('Fly answered in a shape that is not known.')
    const { certificate } = data.app
    if (certificate === null) return undefined
    return certificate.configured && certificate.clientStatus === 'Ready' ? 'ready' : 'pending'
  }

  async #ask(query: string, variables: Readonly<Record<string, string>>, forgiven?: RegExp): Promise<unknown> {
    const answer = await fetch(this.account.api ?? defaultApi, {
      method: 'POST',
      headers: { authorization: `Bearer ${this.account.token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables }),
      signal: AbortSignal.timeout(limits.flyTimeoutMs),
    })
    if (!answer.ok) throw new Error(`Fly answered with ${answer.status}.`)
    const body: unknown = await answer.json()
    if (!Value.Check(answerShape, body)) throw new Error('Fly answered in a shape that is not known.')
    const fault = body.errors?.[0]
    if (fault !== undefined && !forgiven?.test(fault.message)) throw new Error(`Fly says: ${fault.message}`)
    return body.data
  }
}

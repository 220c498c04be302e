import type { CheckCapsule, CheckCapsules } from './check-capsules.ts'
import { checkBlock, checkQuestion } from './check-capsules.ts'

/** What takes longer is no answer to a visitor. */
const answerMsMax = 5_000
/** A question costs a provider's tokens and is kept: one an hour, where the others are one a minute. */
const asksEvery = 60

export interface ChecksDeps {
  readonly capsules: CheckCapsules
  readonly shards: readonly string[]
  /** The server's doors, as a visitor's request finds them. */
  readonly fetch: (request: Request) => Promise<Response>
  readonly origin: string
  readonly node: string
  readonly answerMsMax?: number
}

/** What was found out about one shard. */
export interface CheckResult {
  readonly shard: string
  /** What did not work; undefined: everything did. */
  readonly fault: string | undefined
}

/**
 * Opens a capsule, votes and asks, in every shard, as a visitor of this node would. The vote has the same id each time: it is
 * one row, and a commit all the same.
 */
export class Checks {
  #round = 0

  constructor(private readonly deps: ChecksDeps) {}

  async run(): Promise<CheckResult[]> {
    const asks = this.#round++ % asksEvery === 0
    const results: CheckResult[] = []
    for (const shard of this.deps.shards) {
      const capsule = await this.deps.capsules.of(shard).catch((error: unknown) => error)
      // A node that joined before the primary made it has nothing to check yet: that is nobody's loss.
      if (capsule === undefined) continue
      results.push({ shard, fault: capsule instanceof Error ? capsule.message : await this.#check(capsule, asks) })
    }
    return results
  }

  async #check(given: unknown, asks: boolean): Promise<string | undefined> {
    const capsule = given as CheckCapsule
    try {
      await this.#expect('open', this.#send('GET', capsule.path))
      const vote = {
        id: `check-${this.deps.node}`.padEnd(16, '-'),
        version: capsule.version,
        block: checkBlock,
        value: ['yes'],
      }
      await this.#expect('vote', this.#send('POST', `/api/v1/capsules/${capsule.id}/responses`, vote))
      if (asks) {
        const question = { question: checkQuestion }
        await this.#expect('ask', this.#send('POST', `/api/v1/capsules/${capsule.id}/questions`, question))
      }
      return undefined
    } catch (error) {
      return error instanceof Error ? error.message : String(error)
    }
  }

  #send(method: string, path: string, body?: object): Promise<Response> {
    const headers = { 'content-type': 'application/json' }
    const rest = body === undefined ? {} : { headers, body: JSON.stringify(body) }
    return this.deps.fetch(new Request(this.deps.origin + path, { method, ...rest }))
  }

  async #expect(act: string, sent: Promise<Response>): Promise<void> {
    const late = Promise.withResolvers<never>()
    const withinMs = this.deps.answerMsMax ?? answerMsMax
    const timer = setTimeout(() => late.reject(new Error(`${act}: no answer within ${withinMs} ms`)), withinMs)
    try {
      const answer = await Promise.race([sent, late.promise])
      if (!answer.ok) throw new Error(`${act}: ${answer.status}`)
      await Promise.race([answer.arrayBuffer(), late.promise])
    } finally {
      clearTimeout(timer)
      sent.catch(() => {})
    }
  }
}

import type { LiveEvent } from '../../../test/cluster/history.ts'
import { Dice } from '../../../test/cluster/nemesis.ts'
import type { Lab } from '../lab.ts'
import type { Capsules } from './capsules.ts'

/** How long a connection is kept before its client comes in anew, by any region. */
const stayMs = [300, 2_000] as const
const publishEveryMs = 150
const attemptMs = 3_000
const clientsARegion = 1
/** How long clients may take to hear the last publication once all is well. */
const catchUpMs = 15_000

/**
 * People who have one capsule open while it is published again and again: each is told every version once and in order, however
 * often it comes back and by whatever node, or is told to begin anew.
 */
export class LiveWatch {
  readonly #events: LiveEvent[] = []
  #running = true
  readonly #publisher: Promise<void>
  readonly #clients: readonly LiveClient[]

  private constructor(
    private readonly lab: Lab,
    private readonly capsules: Capsules,
    private readonly capsule: string,
    prefix: string,
    seed: number,
  ) {
    this.#clients = lab.nodes.flatMap(({ plan }) =>
      Array.from({ length: clientsARegion }, (_, n) => {
        const name = `${prefix}-l${plan.number}${n}`
        return new LiveClient(lab, capsule, name, new Dice(seed * 64 + plan.number * 4 + n), this.#events)
      }),
    )
    this.#publisher = this.#publish(new Dice(seed * 64 + 63))
  }

  static async begin(lab: Lab, capsules: Capsules, prefix: string, seed: number): Promise<LiveWatch> {
    const [list = ''] = await capsules.makeLists(lab, 1)
    return new LiveWatch(lab, capsules, list.split('/')[0] ?? '', prefix, seed)
  }

  /** Ends the publications. */
  async rest(): Promise<void> {
    this.#running = false
    await this.#publisher
  }

  /** Once all nodes are the same: ends the clients when they have heard the last publication, or had the time to. */
  async end(): Promise<readonly LiveEvent[]> {
    const last = await this.#lastVersion()
    const until = performance.now() + catchUpMs
    while (this.#clients.some(({ version }) => version < last) && performance.now() < until) await Bun.sleep(50)
    await Promise.all(this.#clients.map((client) => client.stop()))
    for (const { name } of this.#clients) this.#events.push({ kind: 'end', client: name, sequence: last })
    return this.#events
  }

  /** When nobody may go on asking. */
  async stop(): Promise<void> {
    await this.rest()
    await Promise.all(this.#clients.map((client) => client.stop()))
  }

  /** By any region in turn; what fails is tried again with what stands then. */
  async #publish(dice: Dice): Promise<void> {
    let carried: string | undefined
    for (let n = 0; this.#running; n++) {
      const at = `${this.lab.entry(dice.between(1, this.lab.nodes.length))}/api/v1/capsules/${this.capsule}`
      const ask = async (method: string, path: string, body?: unknown, more: Record<string, string> = {}) => {
        const answer = await fetch(at + path, {
          ...{ method, signal: AbortSignal.timeout(attemptMs), body: body === undefined ? null : JSON.stringify(body) },
          headers: {
            ...this.capsules.headersOf(this.capsule),
            ...(carried !== undefined && { 'encapsify-position': carried }),
            ...(body !== undefined && { 'content-type': 'application/json' }),
            ...more,
          },
        })
        await answer.body?.cancel()
        if (!answer.ok) throw new Error(`${answer.status}`)
        carried = answer.headers.get('encapsify-position') ?? carried
        return answer
      }
      try {
        const etag = (await ask('GET', '/draft')).headers.get('etag') ?? ''
        await ask('PUT', '/draft', draftWith(`words ${n}`), { 'if-match': etag })
        await ask('POST', '/publication', {})
      } catch {
        // The nemesis is at work.
      }
      await Bun.sleep(publishEveryMs)
    }
  }

  async #lastVersion(): Promise<number> {
    const url = `${this.lab.entry(1)}/api/v1/capsules/${this.capsule}`
    const init = { headers: this.capsules.headersOf(this.capsule), signal: AbortSignal.timeout(catchUpMs) }
    const answer = await fetch(url, init)
    return ((await answer.json()) as { publishedVersion: number }).publishedVersion
  }
}

type Told =
  | { readonly type: 'hello'; readonly version: number; readonly recovered?: boolean; readonly cursor?: string }
  | { readonly type: 'published'; readonly version: number; readonly cursor: string }
  | { readonly type: 'heartbeat'; readonly cursor: string }
  | { readonly type: 'state' | 'renamed' | 'closing' }

/** One person's browser: comes back with its cursor, forgets what an earlier connection still says. */
class LiveClient {
  /** The last version it knows of. */
  version = 0
  #cursor: string | undefined
  #socket: WebSocket | undefined
  #running = true
  readonly #coming: Promise<void>

  constructor(
    private readonly lab: Lab,
    private readonly capsule: string,
    readonly name: string,
    private readonly dice: Dice,
    private readonly events: LiveEvent[],
  ) {
    this.#coming = this.#comeAndGo()
  }

  async stop(): Promise<void> {
    this.#running = false
    this.#leave()
    await this.#coming
  }

  async #comeAndGo(): Promise<void> {
    while (this.#running) {
      this.#leave()
      this.#dial(this.dice.between(1, this.lab.nodes.length))
      await Bun.sleep(this.dice.between(...stayMs))
    }
    this.#leave()
  }

  #dial(region: number): void {
    const cursor = this.#cursor === undefined ? '' : `?cursor=${encodeURIComponent(this.#cursor)}`
    const socket = new WebSocket(`${this.lab.entry(region).replace('http', 'ws')}/live/${this.capsule}${cursor}`)
    this.#socket = socket
    socket.onmessage = (event) => {
      if (this.#socket === socket) this.#hear(JSON.parse(String(event.data)) as Told)
    }
  }

  #hear(told: Told): void {
    if (told.type === 'hello' && told.recovered !== true) {
      this.version = told.version
      this.events.push({ kind: 'reload', client: this.name, at: told.version })
    } else if (told.type === 'published') {
      this.version = told.version
      this.events.push({ kind: 'event', client: this.name, incarnation: 1, sequence: told.version })
    }
    if ('cursor' in told && told.cursor !== undefined) this.#cursor = told.cursor
  }

  #leave(): void {
    const socket = this.#socket
    this.#socket = undefined
    socket?.close()
  }
}

function draftWith(text: string) {
  const blocks = [{ id: 'head', type: 'heading', level: 2, text }]
  return { format: 1, pages: [{ id: 'page', blocks }] }
}

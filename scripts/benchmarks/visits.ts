import { report } from './report.ts'
import { type Demo, metricsToken, type Server } from './servers.ts'

/** A visit of three pages tells ten things in five beacons: three showings, five reports of time, an answer and a link. */
const visits = 100_000
const connections = 64
/** Until what was refused for want of room is sent again. */
const laterMs = 200
/** The addresses that the visitors have: one tells no more than 2,000 beacons a second. */
const addresses = 200
/** What a proxy in front says is believed where there is one (Fly). */
export const behindProxy = { FLY_APP_NAME: 'bench' }
const browserName =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36'
const pages = ['start', 'plans', 'end'] as const

/** A million events through the door, as browsers send them: until all of them are rolled up. */
export async function visitsAccepted(server: Server, demo: Demo): Promise<void> {
  const capsule = await publishPages(server, demo)
  const { port } = new URL(server.origin)
  const startedMs = performance.now()
  let next = 0
  await Promise.all(
    Array.from({ length: connections }, async () => {
      const line = await Line.open(Number(port))
      while (next < visits) await line.send(beaconsOf(capsule, next++).map((body) => requestOf(body, server.origin)))
      line.close()
    }),
  )
  const acceptedMs = performance.now() - startedMs
  while ((await metric(server, 'encapsify_visit_beacons_waiting')) > 0) await Bun.sleep(20)
  const rolledUpMs = performance.now() - startedMs
  const answer = await fetch(`${server.origin}/api/v1/capsules/${capsule}/analytics?days=2`, {
    headers: { authorization: `Bearer ${demo.apiKey}` },
  })
  const { totals } = (await answer.json()) as { totals: { views: number; answers: number; clicks: number } }
  const counted = totals.views + totals.answers + totals.clicks
  const bar = { kind: 'most', value: 60 } as const
  report({ name: '1,000,000 visit events accepted', value: acceptedMs / 1_000, unit: 's' })
  report({ name: '1,000,000 visit events accepted and rolled up', value: rolledUpMs / 1_000, unit: 's', bar })
  report({
    name: 'showings and acts counted ÷ sent',
    value: counted / (visits * 5),
    unit: '×',
    bar: { kind: 'least', value: 1 },
  })
}

/** What the beacons of one visit hold. Times are what has passed by the time they arrive: all at once. */
function beaconsOf(capsule: string, n: number): object[] {
  const name = n.toString(36).padStart(8, '0')
  const own = { capsule, device: n % 3 === 0 ? 'phone' : 'desktop', source: `source-${n % 40}.example` }
  const at = (page: number, ms: number, gone: boolean, more: object = {}) => ({
    ...{ ...own, view: `bench-${name}-${page}`.padEnd(18, '0'), page: pages[page], ms, gone },
    ...(page > 0 && { from: pages[page - 1] }),
    ...more,
  })
  return [
    at(0, 1_000, false),
    at(0, 2_400, true),
    at(1, 1_000, false),
    at(1, 2_500, true, { acts: [{ n: 1, kind: 'answer', detail: 'vote' }] }),
    at(2, 2_000, true, { acts: [{ n: 1, kind: 'click', detail: 'https://example.com/plans' }] }),
  ]
}

let visitorsSoFar = 0

function requestOf(body: object, origin: string): string {
  const text = JSON.stringify(body)
  // Each visit has a browser of its own, so that each is another visitor.
  const who = `${browserName} Bench/${Math.floor(visitorsSoFar++ / 5)}`
  const address = `198.51.100.${Math.floor(visitorsSoFar / 5) % addresses}`
  return `POST /-/visits HTTP/1.1\r\nhost: ${new URL(origin).host}\r\norigin: ${origin}\r\nfly-client-ip: ${address}\r\nuser-agent: ${who}\r\ncontent-type: application/json\r\ncontent-length: ${text.length}\r\n\r\n${text}`
}

/** One connection on which requests follow one another: a client that costs the machine little. */
class Line {
  #answered: (how: 'taken' | 'later') => void = () => {}
  #failed: (error: Error) => void = () => {}
  #heard = ''

  private constructor(
    private readonly write: (text: string) => void,
    readonly close: () => void,
  ) {}

  static async open(port: number): Promise<Line> {
    let line: Line | undefined
    const socket = await Bun.connect({
      hostname: '127.0.0.1',
      port,
      socket: {
        data: (_socket, bytes) => line?.hears(bytes.toString('latin1')),
        close: () => line?.fails(new Error('The server closed a connection.')),
      },
    })
    line = new Line(
      (text) => void socket.write(text),
      () => socket.end(),
    )
    return line
  }

  /** What the server has no room for now is sent again a little later: the crowd here is faster than any would be. */
  async send(requests: readonly string[]): Promise<void> {
    for (const request of requests) {
      while ((await this.#ask(request)) === 'later') await Bun.sleep(laterMs)
    }
  }

  #ask(request: string): Promise<'taken' | 'later'> {
    return new Promise((resolve, reject) => {
      this.#answered = resolve
      this.#failed = reject
      this.write(request)
    })
  }

  hears(text: string): void {
    this.#heard += text
    const end = this.#heard.indexOf('\r\n\r\n')
    const length = Number(/content-length: (\d+)/i.exec(this.#heard)?.[1] ?? 0)
    if (end === -1 || this.#heard.length < end + 4 + length) return
    const answer = this.#heard
    this.#heard = ''
    if (answer.startsWith('HTTP/1.1 204')) this.#answered('taken')
    else if (answer.startsWith('HTTP/1.1 503')) this.#answered('later')
    else this.fails(new Error(`A beacon was answered: ${answer.slice(0, 200)}`))
  }

  fails(error: Error): void {
    this.#failed(error)
  }
}

async function metric(server: Server, name: string): Promise<number> {
  const answer = await fetch(`${server.origin}/metrics`, { headers: { authorization: `Bearer ${metricsToken}` } })
  return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(await answer.text())?.[1] ?? Number.NaN)
}

async function publishPages(server: Server, demo: Demo): Promise<string> {
  const headers = { authorization: `Bearer ${demo.apiKey}`, 'content-type': 'application/json' }
  const draft = {
    format: 1,
    pages: pages.map((id) => ({ id, blocks: [{ id: `${id}-top`, type: 'heading', text: id }] })),
  }
  const post = async (path: string, body?: object) => {
    const answer = await fetch(server.origin + path, {
      ...{ method: 'POST', headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`)
    return (await answer.json()) as { id: string }
  }
  const { id } = await post('/api/v1/capsules', { title: `Bench visits ${Date.now()}`, draft })
  await post(`/api/v1/capsules/${id}/publication`)
  return id
}

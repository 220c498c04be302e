import { centrifuge } from '../tools.ts'
import type { Client } from './live-clients.ts'
import { type Demo, encapsify, type Server, start } from './servers.ts'

/** A server with one audience, however it calls that. */
export interface Target {
  readonly name: string
  readonly server: Server
  readonly url: (client: Pick<Client, 'cursor'>) => string
  readonly greeting?: string
  /** Whether a message is what `publish` told everybody. */
  readonly isNews: (text: string) => boolean
  /** What has to be there before something can be published; not measured. */
  readonly prepare?: () => Promise<void>
  publish(): Promise<void>
}

export async function bareBun(folder: string, port: number): Promise<Target> {
  const source = new URL('./peers/bare.ts', import.meta.url).pathname
  const server = await start([process.execPath, source, String(port)], { port, folder, ready: '/' })
  const news = `{"type":"published","version":2,"cursor":"mwudafq6.e","text":"${'x'.repeat(4)}"}`
  return {
    name: 'bare Bun.serve',
    server,
    url: () => `ws://127.0.0.1:${port}/live`,
    isNews: (text) => text.startsWith('{"type":"published"'),
    publish: () => post(`${server.origin}/publish`, news),
  }
}

/** Undefined without Go. */
export async function centrifugePeer(folder: string, port: number): Promise<Target | undefined> {
  const executable = await centrifuge()
  if (executable === undefined) return undefined
  const server = await start([executable, String(port)], { port, folder, ready: '/health' })
  return {
    name: 'Centrifuge',
    server,
    url: () => `ws://127.0.0.1:${port}/connection/websocket`,
    greeting: '{"id":1,"connect":{}}',
    isNews: (text) => text.includes('"published"'),
    publish: () => post(`${server.origin}/publish`, '{"type":"published","version":2}'),
  }
}

export interface LiveCapsule {
  readonly id: string
  readonly url: string
  readonly version: number
}

const choices = [
  { id: 'tea', text: 'Tea' },
  { id: 'coffee', text: 'Coffee' },
]

export async function encapsifyTarget(folder: string, port: number, demo: Demo) {
  const server = await encapsify(folder, port)
  const call = async <T>(method: string, path: string, body?: object): Promise<T> => {
    const answer = await fetch(`${server.origin}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${demo.apiKey}`, 'content-type': 'application/json', 'if-match': '*' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)
    return (await answer.json().catch(() => undefined)) as T
  }
  const draft = (n: number) => ({
    format: 1,
    pages: [
      {
        id: 'start',
        blocks: [
          { id: 'top', type: 'heading', text: `Number ${n}` },
          { id: 'drink', type: 'poll', question: 'Tea or coffee?', choices },
        ],
      },
    ],
  })
  const { id } = await call<{ id: string }>('POST', '/capsules', { title: `Live ${Date.now()}`, draft: draft(0) })
  const { url, version } = await call<LiveCapsule>('POST', `/capsules/${id}/publication`)
  let count = 0
  const target: Target = {
    name: 'Encapsify',
    server,
    url: ({ cursor }) => `ws://127.0.0.1:${port}/live/${id}${cursor === undefined ? '' : `?cursor=${cursor}`}`,
    isNews: (text) => text.startsWith('{"type":"published"'),
    prepare: () => call('PUT', `/capsules/${id}/draft`, draft(++count)),
    publish: () => call('POST', `/capsules/${id}/publication`),
  }
  const results = () => call<{ items: { total: number }[] }>('GET', `/capsules/${id}/results`)
  return { target, capsule: { id, url, version }, results }
}

async function post(url: string, body: string): Promise<void> {
  const answer = await fetch(url, { method: 'POST', body })
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`)
}

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Demo, demo, encapsify, type Server } from '../benchmarks/servers.ts'

/** A filled data folder. */
export interface Site {
  readonly apiKey: string
  /** Each as `<id> <path>`: what k6 keeps once for all its visitors. */
  readonly capsules: readonly string[]
}

const atOnce = 32
/** Beside the databases, in a folder that is kept for the next run. */
const record = 'load-site.json'

/** The site of this folder with at least so many capsules; made when it is not there, and kept with the folder. */
export async function openSite(folder: string, port: number, count: number): Promise<Site> {
  const path = join(folder, record)
  const known = existsSync(path) ? ((await Bun.file(path).json()) as Site) : undefined
  if (known !== undefined && known.capsules.length >= count) {
    return { ...known, capsules: known.capsules.slice(0, count) }
  }
  const made = await demo(folder, port)
  await using server = await encapsify(folder, port)
  const site = { apiKey: made.apiKey, capsules: await fillSite(server, made, count) }
  await Bun.write(path, JSON.stringify(site))
  return site
}

/** Makes and publishes so many capsules with a poll and words to be asked about. */
async function fillSite(server: Server, { apiKey }: Demo, count: number): Promise<string[]> {
  const made: string[] = []
  let next = 0
  const work = async () => {
    while (next < count) {
      const number = next++
      const { id } = await post<{ id: string }>(server, apiKey, '/capsules', {
        title: `Load ${number}`,
        draft: draft(number),
      })
      const { url } = await post<{ url: string }>(server, apiKey, `/capsules/${id}/publication`)
      made[number] = `${id} ${new URL(url).pathname}`
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  return made
}

function draft(number: number) {
  const words = `Tea number ${number} is good for quiet mornings. It keeps people awake and warm, and it goes well with bread.`
  return {
    format: 1,
    pages: [
      {
        id: 'one',
        blocks: [
          { id: 'head', type: 'heading', text: `Tea ${number}` },
          ...Array.from({ length: 6 }, (_, at) => ({
            id: `text${at}`,
            type: 'richText',
            content: { type: 'doc', content: [{ type: 'paragraph', content: [{ type: 'text', text: words }] }] },
          })),
          {
            id: 'poll',
            type: 'poll',
            question: 'Tea?',
            oncePerVisitor: false,
            choices: [
              { id: 'yes', text: 'Yes' },
              { id: 'no', text: 'No' },
            ],
          },
        ],
      },
    ],
  }
}

async function post<T>(server: Server, apiKey: string, path: string, body?: unknown): Promise<T> {
  const answer = await fetch(`${server.origin}/api/v1${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${apiKey}`, ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
  return (await answer.json()) as T
}

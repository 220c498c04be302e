import type { Demo, Server } from '../benchmarks/servers.ts'

export interface LoadedCapsule {
  readonly id: string
  readonly path: string
}

const atOnce = 32

/** Makes and publishes so many capsules with a poll and words to be asked about. */
export async function fillSite(server: Server, { apiKey }: Demo, count: number): Promise<LoadedCapsule[]> {
  const made: LoadedCapsule[] = []
  let next = 0
  const work = async () => {
    while (next < count) {
      const number = next++
      const { id } = await post<{ id: string }>(server, apiKey, '/capsules', {
        title: `Load ${number}`,
        draft: draft(number),
      })
      const { url } = await post<{ url: string }>(server, apiKey, `/capsules/${id}/publication`)
      made[number] = { id, path: new URL(url).pathname }
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

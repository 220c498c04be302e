import type { Lab } from '../lab.ts'
import type { LabNode } from '../node.ts'
import { type Attempt, attempt, listItemsMax, type Workload } from './workload.ts'

const blocksACapsule = 20
const askMs = 30_000

/** The product's own: a list is one form of a capsule, an item a visitor's answer to it under an id of the client's. */
export class Capsules implements Workload {
  #apiKey = ''
  #made = 0

  async prepare(lab: Lab): Promise<void> {
    const [program = ''] = lab.plan.program
    // Only a primary writes; who it is, the others say no.
    for (const node of lab.nodes) {
      const child = node.exec([program, 'demo', '--json', '--data', lab.dataFolder(node.plan.number)])
      if (child.exitCode !== 0) continue
      this.#apiKey = (JSON.parse(child.stdout.toString()) as { apiKey: string }).apiKey
      return
    }
    throw new Error('No node could make the demo organization.')
  }

  async makeLists(lab: Lab, count: number): Promise<string[]> {
    const lists: string[] = []
    while (lists.length < count) lists.push(...(await this.#makeCapsule(lab)))
    return lists.slice(0, count)
  }

  append(entry: string, list: string, id: string, carried: string | undefined): Promise<Attempt> {
    const { capsule, version, block } = placeOf(list)
    const body = JSON.stringify({ id, version: Number(version), block, value: { note: id } })
    const init = { method: 'POST', body, headers: { 'content-type': 'application/json' } }
    return attempt(`${entry}/api/v1/capsules/${capsule}/responses`, init, carried, () => undefined)
  }

  read(entry: string, list: string, carried: string | undefined): Promise<Attempt> {
    return attempt(entry + this.#page(list), { headers: this.#headers() }, carried, idsOf)
  }

  async listAt(node: LabNode, list: string): Promise<string[]> {
    const init = { headers: this.#headers(), signal: AbortSignal.timeout(askMs) }
    const answer = await fetch(node.origin + this.#page(list), init)
    if (!answer.ok) throw new Error(`${node.plan.name} answered ${answer.status} for ${list}.`)
    return idsOf(await answer.json())
  }

  async #makeCapsule(lab: Lab): Promise<string[]> {
    const blocks = Array.from({ length: blocksACapsule }, (_, n) => ({
      ...{ id: `form-${n}`, type: 'form', oncePerVisitor: false },
      fields: [{ id: 'note', kind: 'text', label: 'Note' }],
    }))
    const draft = { format: 1, pages: [{ id: 'page', blocks }] }
    const title = `Under faults ${this.#made++}`
    const { id } = (await this.#ask(lab, '/api/v1/capsules', { title, draft })) as { id: string }
    const published = await this.#ask(lab, `/api/v1/capsules/${id}/publication`, {})
    const { version } = published as { version: number }
    return blocks.map((block) => `${id}/${version}/${block.id}`)
  }

  async #ask(lab: Lab, path: string, body: object): Promise<unknown> {
    const answer = await fetch(lab.entry(1) + path, {
      ...{ method: 'POST', body: JSON.stringify(body), signal: AbortSignal.timeout(askMs) },
      headers: { ...this.#headers(), 'content-type': 'application/json' },
    })
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
    return answer.json()
  }

  #page(list: string): string {
    const { capsule, block } = placeOf(list)
    return `/api/v1/capsules/${capsule}/responses?limit=${listItemsMax + 10}&block=${block}`
  }

  #headers() {
    return { authorization: `Bearer ${this.#apiKey}` }
  }
}

function placeOf(list: string) {
  const [capsule = '', version = '', block = ''] = list.split('/')
  return { capsule, version, block }
}

function idsOf(body: unknown): string[] {
  return (body as { items: { id: string }[] }).items.map(({ id }) => id)
}

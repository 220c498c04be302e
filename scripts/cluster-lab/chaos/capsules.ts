import { type OrganizationId, organizationOf } from '../../../src/db/ids.ts'
import { placeOnRing } from '../../../src/db/placement.ts'
import type { Lab } from '../lab.ts'
import type { LabNode } from '../node.ts'
import { type Attempt, attempt, listItemsMax, type Workload } from './workload.ts'

const blocksACapsule = 20
const askMs = 30_000
const retryMs = 500

const shards = [0, 1, 2, 3]
const teamsMax = 40

/**
 * The product's own: a list is one form of a capsule, an item a visitor's answer to it under an id of the client's. The capsules
 * belong to teams that lie in different shards, so that several databases are written together.
 */
export class Capsules implements Workload {
  /** By organization: the key that opens it. */
  readonly #keys = new Map<OrganizationId, string>()
  #made = 0

  /** How many teams there are, each in a shard of its own. */
  constructor(private readonly teams = shards.length) {}

  async prepare(lab: Lab): Promise<void> {
    const [program = ''] = lab.plan.program
    // Only a primary writes; who it is, the others say no.
    for (const node of lab.nodes) {
      const child = node.exec([program, 'demo', '--json', '--data', lab.dataFolder(node.plan.number)])
      if (child.exitCode !== 0) continue
      await this.#makeTeams(lab, JSON.parse(child.stdout.toString()) as Demo)
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
    return attempt(entry + this.#page(list), { headers: this.headersOf(list) }, carried, idsOf)
  }

  async listAt(node: LabNode, list: string): Promise<string[]> {
    const headers = this.headersOf(list)
    return idsOf(await (await patiently(node.origin + this.#page(list), () => ({ headers }))).json())
  }

  async #makeCapsule(lab: Lab): Promise<string[]> {
    const blocks = Array.from({ length: blocksACapsule }, (_, n) => ({
      ...{ id: `form-${n}`, type: 'form', oncePerVisitor: false },
      fields: [{ id: 'note', kind: 'text', label: 'Note' }],
    }))
    const draft = { format: 1, pages: [{ id: 'page', blocks }] }
    const title = `Under faults ${this.#made++}`
    const keys = [...this.#keys.values()]
    const headers = bearer(keys[this.#made % keys.length] ?? '')
    const { id } = (await ask(lab, '/api/v1/capsules', { title, draft }, headers)) as { id: string }
    const published = await ask(lab, `/api/v1/capsules/${id}/publication`, {}, headers)
    const { version } = published as { version: number }
    return blocks.map((block) => `${id}/${version}/${block.id}`)
  }

  /** Each owned by the demo's person. Where a team lies follows from its id. */
  async #makeTeams(lab: Lab, { email, password }: Demo): Promise<void> {
    const signedIn = await post(lab, '/api/auth/sign-in/email', { email, password }, {})
    const cookie = signedIn.headers
      .getSetCookie()
      .map((each) => each.split(';')[0])
      .join('; ')
    const taken = new Set<number>()
    for (let n = 0; taken.size < this.teams && n < teamsMax; n++) {
      const made = (await ask(lab, '/api/v1/organizations', { name: `Team ${n}` }, { cookie })) as Team
      const shard = placeOnRing(made.id, shards)
      if (taken.has(shard)) continue
      taken.add(shard)
      const headers = { cookie, 'encapsify-organization': made.slug }
      const scopes = ['capsules:read', 'capsules:write', 'responses:read']
      const { key } = (await ask(lab, '/api/v1/keys', { name: 'Faults', scopes }, headers)) as { key: string }
      this.#keys.set(made.id, key)
    }
  }

  #page(list: string): string {
    const { capsule, block } = placeOf(list)
    return `/api/v1/capsules/${capsule}/responses?limit=${listItemsMax + 10}&block=${block}`
  }

  /** What lets somebody into the team of a list, or of a capsule. */
  headersOf(list: string): Record<string, string> {
    return bearer(this.#keys.get(organizationOf(placeOf(list).capsule)) ?? '')
  }
}

interface Demo {
  readonly email: string
  readonly password: string
}

interface Team {
  readonly id: OrganizationId
  readonly slug: string
}

function bearer(key: string) {
  return { authorization: `Bearer ${key}` }
}

async function ask(lab: Lab, path: string, body: object, headers: Record<string, string>): Promise<unknown> {
  return (await post(lab, path, body, headers)).json()
}

function post(lab: Lab, path: string, body: object, headers: Record<string, string>): Promise<Response> {
  const own = { ...headers, origin: lab.entry(1), 'content-type': 'application/json' }
  return patiently(lab.entry(1) + path, () => ({ method: 'POST', body: JSON.stringify(body), headers: own }))
}

/** As a client does that is told when to come back, or finds nobody: on a crowded machine a node may be just starting again. */
async function patiently(url: string, request: () => RequestInit): Promise<Response> {
  const until = performance.now() + askMs
  for (;;) {
    const answer = await fetch(url, { ...request(), signal: AbortSignal.timeout(askMs) }).catch((error: unknown) =>
      String(error),
    )
    if (typeof answer !== 'string' && answer.ok) return answer
    const said = typeof answer === 'string' ? answer : `${answer.status} ${await answer.text()}`
    const isFinal = typeof answer !== 'string' && answer.status !== 503 && answer.status !== 502
    if (isFinal || performance.now() > until) throw new Error(`${url}: ${said}`)
    await Bun.sleep(retryMs)
  }
}

function placeOf(list: string) {
  const [capsule = '', version = '', block = ''] = list.split('/')
  return { capsule, version, block }
}

function idsOf(body: unknown): string[] {
  return (body as { items: { id: string }[] }).items.map(({ id }) => id)
}

import type { LabNode } from '../node.ts'
import { type Attempt, attempt, type Workload } from './workload.ts'

/** The stand-in's lists, with which the runner proves itself. */
export class Items implements Workload {
  #made = 0

  async prepare(): Promise<void> {}

  async makeLists(_lab: unknown, count: number): Promise<string[]> {
    return Array.from({ length: count }, () => `list-${this.#made++}`)
  }

  append(entry: string, list: string, id: string, carried: string | undefined): Promise<Attempt> {
    const init = { method: 'POST', body: JSON.stringify({ id }), headers: {} }
    return attempt(`${entry}/items/${list}`, init, carried, () => undefined)
  }

  read(entry: string, list: string, carried: string | undefined): Promise<Attempt> {
    return attempt(`${entry}/items/${list}`, { headers: {} }, carried, idsOf)
  }

  async listAt(node: LabNode, list: string): Promise<string[]> {
    const answer = await fetch(`${node.origin}/items/${list}`)
    return idsOf(await answer.json())
  }
}

function idsOf(body: unknown): string[] {
  return (body as { ids: string[] }).ids
}

import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { attempt, end, isAlive, namespaces, type ProcessIdentity, processesIn, unmountBelow } from './system.ts'

/** Something of the system that outlives the command that made it. */
export type Made =
  | { readonly kind: 'namespace'; readonly name: string }
  | { readonly kind: 'link'; readonly name: string }
  | ({ readonly kind: 'process'; readonly what: string } & ProcessIdentity)

const graceMs = 5_000

/**
 * What a laboratory has made, in a file of its folder. An entry is written *before* the thing is made, so that whatever
 * happens, the next `down` knows of it; removing what was never made is no error. Processes can only be named after they
 * started: one that was started and not written is found in its namespace, which was.
 */
export class Registry {
  readonly #path: string

  constructor(readonly folder: string) {
    this.#path = join(folder, 'made.jsonl')
  }

  add(made: Made): void {
    appendFileSync(this.#path, `${JSON.stringify(made)}\n`, { flush: true })
  }

  all(): Made[] {
    if (!existsSync(this.#path)) return []
    const lines = readFileSync(this.#path, 'utf8').split('\n')
    // A crash may have cut the last line short: its thing was not made yet.
    return lines.filter((line) => line.endsWith('}')).map((line) => JSON.parse(line) as Made)
  }

  /** Ends its processes, takes its mounts away, then its links and namespaces. Its files stay. Safe to repeat. */
  async removeAll(): Promise<void> {
    const made = this.all()
    const spaces = made.flatMap((one) => (one.kind === 'namespace' ? [one.name] : []))
    const standing = () => spaces.filter((name) => namespaces().includes(name))
    const inside = () => standing().flatMap(processesIn)
    const written = made.flatMap((one) => (one.kind === 'process' && isAlive(one) ? [one] : []))
    await end([...written, ...inside()], graceMs)
    // A process that was ending may have started another.
    for (let turn = 0; turn < 5 && inside().length > 0; turn++) await end(inside(), 0)
    unmountBelow(this.folder)
    for (const one of made) if (one.kind === 'link') attempt('ip', 'link', 'del', one.name)
    for (const name of standing()) attempt('ip', 'netns', 'del', name)
    const left = standing()
    if (left.length > 0) throw new Error(`These namespaces could not be removed: ${left.join(', ')}`)
  }
}

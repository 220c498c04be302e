import { resolve4, resolve6 } from 'node:dns/promises'
import { isIP } from 'node:net'
import { join } from 'node:path'
import { Type } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import type { ClusterConfig } from './config.ts'
import { readIfThere, replaceDurably, understood } from './record.ts'

const schema = Type.Array(Type.String({ minLength: 1, maxLength: 64 }), { minItems: 1, maxItems: 3 })
const lookEveryMs = 2_000
/** How long all candidates may take to say their names before those of the last start are taken. */
const patienceMs = 1_000

/**
 * Who the candidates are. Peers are given by address or by one name of DNS, but guards know each other by the names of their
 * machines: each says its own when it is dialled. The list is kept, so that a start does not need all of them.
 */
export class Candidates {
  readonly #path: string
  readonly #names = new Map<string, string>()
  #addresses: readonly string[] = []
  /** Whom this node takes for the candidates, or last told of. */
  #began = ''
  #timer: ReturnType<typeof setInterval> | undefined
  readonly #found = Promise.withResolvers<readonly string[]>()

  constructor(
    private readonly config: ClusterConfig,
    folder: string,
    private readonly onAddresses: (addresses: readonly string[]) => void,
    /** The candidates are others than this node began with: a machine was replaced. It takes them for that when it begins anew. */
    private readonly onOthers: (names: readonly string[]) => void = () => {},
  ) {
    this.#path = join(folder, 'candidates.json')
    if (config.role === 'candidate') this.#names.set(config.address, config.node)
  }

  /** Resolves with their names, once they are known. */
  async find(): Promise<readonly string[]> {
    await this.#look()
    this.#timer = setInterval(() => void this.#look(), lookEveryMs)
    const kept = this.#kept()
    const late = setTimeout(() => {
      if (kept !== null) this.#found.resolve(kept)
    }, patienceMs)
    this.#decide()
    const names = await this.#found.promise
    clearTimeout(late)
    this.#began = names.join()
    return names
  }

  /** A candidate said its name. */
  hear(name: string, address: string): void {
    this.#names.set(address, name)
    this.#decide()
  }

  addressOf(name: string): string | null {
    for (const [address, known] of this.#names) if (known === name) return address
    return null
  }

  close(): void {
    clearInterval(this.#timer)
  }

  #decide(): void {
    const names = [...new Set(this.#names.values())].sort()
    if (names.length !== this.config.candidates) return
    try {
      replaceDurably(this.#path, JSON.stringify(names))
    } catch {
      // The next start needs all of them again.
    }
    this.#found.resolve(names)
    if (this.#began !== '' && names.join() !== this.#began) this.onOthers(names)
    this.#began = names.join()
  }

  #kept(): readonly string[] | null {
    const names = understood(readIfThere(this.#path) ?? '')
    if (!Value.Check(schema, names) || names.length !== this.config.candidates) return null
    return this.config.role === 'edge' || names.includes(this.config.node) ? names : null
  }

  async #look(): Promise<void> {
    const found = await Promise.all(this.config.peers.map(addressesOf))
    const addresses = found.flat()
    // DNS that answers nothing does not make anybody go away.
    if (addresses.length === 0 || addresses.join() === this.#addresses.join()) return
    this.#addresses = addresses
    for (const address of this.#names.keys()) {
      if (!addresses.includes(address) && address !== this.config.address) this.#names.delete(address)
    }
    this.onAddresses(addresses)
  }
}

/** The addresses of a peer that is given by address or by name; none when DNS says nothing. */
export async function addressesOf(peer: string): Promise<readonly string[]> {
  if (isIP(peer) > 0) return [peer]
  const answers = await Promise.allSettled([resolve6(peer), resolve4(peer)])
  return answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : [])).sort()
}

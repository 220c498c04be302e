import { existsSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { delayLine } from '../tools.ts'
import type { LabPlan, NodePlan, ProxyPlan } from './plan.ts'
import type { Registry } from './registry.ts'
import { attempt, identify, isAlive, type ProcessIdentity, run } from './system.ts'

/** Somebody with an address in the laboratory. Its name is short, for devices have at most 15 letters. */
interface Endpoint {
  readonly name: string
  readonly namespace: string
  readonly address: string
  readonly privateAddress?: string
}

/** One direction between two endpoints, as it shall be. */
interface Way {
  readonly cut: boolean
  readonly delayMs: number
}

const open: Way = { cut: false, delayMs: 0 }
/** Longest delay that a way may have; the delay line's queue is sized for it. */
const delayMsMax = 2_000

/**
 * Namespaces on one bridge, and between any two of them, for each direction, one of three roads, chosen by a route of the
 * sender: the bridge; a pair of taps that the delay line joins; or a tap without anybody behind it, which swallows packets
 * in silence as a broken cable does (a blackhole route would tell the sender). Addresses stay, so open connections feel it.
 */
export class Network {
  readonly #lab: LabPlan
  readonly #registry: Registry
  readonly #waysPath: string
  readonly #delaysPath: string

  constructor(lab: LabPlan, registry: Registry) {
    this.#lab = lab
    this.#registry = registry
    this.#waysPath = join(lab.folder, 'ways.json')
    this.#delaysPath = join(lab.folder, 'delays')
  }

  up(): void {
    const { switchNamespace: hub, hostLink, hostAddress } = this.#lab
    this.#namespace(hub)
    run('ip', '-n', hub, 'link', 'add', 'bridge', 'type', 'bridge')
    run('ip', '-n', hub, 'link', 'set', 'bridge', 'up')
    this.#registry.add({ kind: 'link', name: hostLink })
    run('ip', 'link', 'add', hostLink, 'type', 'veth', 'peer', 'name', 'host', 'netns', hub)
    run('ip', '-n', hub, 'link', 'set', 'host', 'master', 'bridge', 'up')
    run('ip', 'addr', 'add', `${hostAddress}/24`, 'dev', hostLink)
    run('ip', 'link', 'set', hostLink, 'up')
    for (const endpoint of this.#endpoints()) {
      const { name, namespace, address } = endpoint
      this.#namespace(namespace)
      run('ip', '-n', hub, 'link', 'add', name, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', namespace)
      run('ip', '-n', hub, 'link', 'set', name, 'master', 'bridge', 'up')
      run('ip', '-n', namespace, 'addr', 'add', `${address}/24`, 'dev', 'eth0')
      run('ip', '-n', namespace, 'link', 'set', 'eth0', 'up')
      // Without the search for a second owner it can be used at once.
      if (endpoint.privateAddress !== undefined)
        run('ip', '-n', namespace, 'addr', 'add', `${endpoint.privateAddress}/64`, 'dev', 'eth0', 'nodad')
      run('ip', '-n', namespace, 'tuntap', 'add', 'dev', 'hole', 'mode', 'tap')
      // Without ARP nothing is asked, so nothing is found missing.
      run('ip', '-n', namespace, 'link', 'set', 'hole', 'arp', 'off', 'up')
    }
  }

  /** Cuts what `from` sends to `to`. With `both`, the other direction too. */
  cut(from: string, to: string, both = true): void {
    this.#change(from, to, (way) => ({ ...way, cut: true }))
    if (both) this.#change(to, from, (way) => ({ ...way, cut: true }))
  }

  /** Undoes cuts between two. Delays stay. */
  heal(from: string, to: string): void {
    for (const [a, b] of [
      [from, to],
      [to, from],
    ] as const)
      this.#change(a, b, (way) => ({ ...way, cut: false }))
  }

  healAll(): void {
    for (const name of Object.keys(this.#ways())) {
      const [from = '', to = ''] = name.split('>')
      this.#change(from, to, (way) => ({ ...way, cut: false }))
    }
  }

  /** Every packet from one to the other takes so long, and `backMs` the other way. */
  async delay(from: string, to: string, ms: number, backMs = ms): Promise<void> {
    for (const value of [ms, backMs]) {
      if (!Number.isFinite(value) || value < 0 || value > delayMsMax) {
        throw new Error(`A delay is 0 to ${delayMsMax} ms, not ${value}.`)
      }
    }
    if (ms > 0 || backMs > 0) await this.#join(from, to)
    this.#change(from, to, (way) => ({ ...way, delayMs: ms }))
    this.#change(to, from, (way) => ({ ...way, delayMs: backMs }))
    await this.#writeDelays()
  }

  /** The names that `cut`, `heal` and `delay` take: n1, n2, … and the proxies p1, p2, … */
  names(): string[] {
    return this.#endpoints().map(({ name }) => name)
  }

  /** The ways that are not open, for `status`. */
  disturbed(): Record<string, Way> {
    return Object.fromEntries(Object.entries(this.#ways()).filter(([, way]) => way.cut || way.delayMs > 0))
  }

  #namespace(name: string): void {
    this.#registry.add({ kind: 'namespace', name })
    run('ip', 'netns', 'add', name)
    run('ip', '-n', name, 'link', 'set', 'lo', 'up')
    // BBR believes for ten seconds in the shortest way that it ever saw: of a delay that is laid under an open connection it
    // would make four packets a round trip. Losses have nothing of the sort.
    run('nsenter', `--net=/run/netns/${name}`, 'sh', '-c', 'echo reno > /proc/sys/net/ipv4/tcp_congestion_control')
  }

  #change(from: string, to: string, edit: (way: Way) => Way): void {
    const [sender, receiver] = [this.#endpoint(from), this.#endpoint(to)]
    const ways = this.#ways()
    const way = edit(ways[`${from}>${to}`] ?? open)
    replaceFile(this.#waysPath, JSON.stringify({ ...ways, [`${from}>${to}`]: way }))
    const target = `${receiver.address}/32`
    if (way.cut) run('ip', '-n', sender.namespace, 'route', 'replace', target, 'dev', 'hole')
    else if (way.delayMs > 0) run('ip', '-n', sender.namespace, 'route', 'replace', target, 'dev', `to-${to}`)
    else attempt('ip', '-n', sender.namespace, 'route', 'del', target)
  }

  /** Lays the pair of taps between two, once, and starts the delay line when it does not run. */
  async #join(from: string, to: string): Promise<void> {
    const [a, b] = [from, to].toSorted().map((name) => this.#endpoint(name)) as [Endpoint, Endpoint]
    if (attempt('ip', '-n', a.namespace, 'link', 'show', `to-${b.name}`)) return
    const hub = this.#lab.switchNamespace
    await this.#writeDelays([a.name, b.name])
    for (const [near, far] of [
      [a, b],
      [b, a],
    ] as const) {
      const tap = `${near.name}-${far.name}`
      await until(() => attempt('ip', '-n', hub, 'link', 'show', tap), `The delay line did not make ${tap}.`)
      run('ip', '-n', hub, 'link', 'set', tap, 'netns', near.namespace, 'name', `to-${far.name}`)
      run('ip', '-n', near.namespace, 'link', 'set', `to-${far.name}`, 'up')
    }
  }

  /** Tells the delay line all that it carries, and the pair that is to be new. */
  async #writeDelays(added?: readonly [string, string]): Promise<void> {
    const known = existsSync(this.#delaysPath) ? readFileSync(this.#delaysPath, 'utf8').split('\n') : []
    const pairs = known.filter(Boolean).map((line) => line.split(' ')[0]?.split('-') ?? [])
    if (added !== undefined) pairs.push([...added])
    if (pairs.length === 0) return
    const ways = this.#ways()
    const ms = (from = '', to = '') => ways[`${from}>${to}`]?.delayMs ?? 0
    const lines = pairs.map(([a, b]) => `${a}-${b} ${b}-${a} ${ms(a, b)} ${ms(b, a)}`)
    replaceFile(this.#delaysPath, `${lines.join('\n')}\n`)
    const running = this.#delayLine()
    if (running === undefined) await this.#startDelayLine()
    else process.kill(running.pid, 'SIGHUP')
  }

  #delayLine(): ProcessIdentity | undefined {
    return this.#registry
      .all()
      .flatMap((made) => (made.kind === 'process' && made.what === 'delay line' ? [made] : []))
      .findLast(isAlive)
  }

  async #startDelayLine(): Promise<void> {
    const log = openSync(join(this.#lab.folder, 'delay-line.log'), 'a')
    const space = `--net=/run/netns/${this.#lab.switchNamespace}`
    const child = Bun.spawn(['nsenter', space, await delayLine(), this.#delaysPath], {
      stdio: ['ignore', log, log],
      detached: true,
    })
    child.unref()
    const identity = identify(child.pid)
    if (identity === undefined) throw new Error('The delay line ended at once: see delay-line.log.')
    this.#registry.add({ kind: 'process', what: 'delay line', ...identity })
  }

  #ways(): Record<string, Way> {
    return existsSync(this.#waysPath) ? (JSON.parse(readFileSync(this.#waysPath, 'utf8')) as Record<string, Way>) : {}
  }

  #endpoints(): Endpoint[] {
    const named = (letter: string) => (place: NodePlan | ProxyPlan) => ({
      name: `${letter}${place.namespace.slice(this.#lab.lab.length + 2)}`,
      namespace: place.namespace,
      address: place.address,
      ...('privateAddress' in place && { privateAddress: place.privateAddress }),
    })
    return [...this.#lab.nodes.map(named('n')), ...this.#lab.proxies.map(named('p'))]
  }

  #endpoint(name: string): Endpoint {
    const found = this.#endpoints().find((one) => one.name === name)
    if (found === undefined) throw new Error(`There is no ${name} here: ${this.names().join(', ')}.`)
    return found
  }
}

/** A reader sees the old text or the new, never half of one. */
export function replaceFile(path: string, text: string): void {
  writeFileSync(`${path}.new`, text)
  renameSync(`${path}.new`, path)
}

async function until(holds: () => boolean, message: string): Promise<void> {
  for (let turn = 0; turn < 250; turn++) {
    if (holds()) return
    await Bun.sleep(20)
  }
  throw new Error(message)
}

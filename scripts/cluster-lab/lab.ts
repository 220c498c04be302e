import { closeSync, existsSync, mkdirSync, openSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { litefs } from '../tools.ts'
import { Network, replaceFile } from './network.ts'
import { LabNode } from './node.ts'
import {
  foldersOf,
  type LabOptions,
  type LabPlan,
  type NodePlan,
  nodePort,
  type ProxyPlan,
  plan,
  proxyPort,
} from './plan.ts'
import { Registry } from './registry.ts'
import { addresses, identify, mountsBelow, namespaces, prepareSystem, unmountBelow } from './system.ts'

const readyMs = 60_000
const root = resolve(import.meta.dir, '../..')

/** A running laboratory: its network, its nodes, and the proxy of each region. */
export class Lab {
  readonly network: Network
  readonly nodes: readonly LabNode[]

  private constructor(
    readonly plan: LabPlan,
    readonly registry: Registry,
    litefsPath: string,
  ) {
    this.network = new Network(plan, registry)
    this.nodes = plan.nodes.map((node) => new LabNode(plan, node, registry, litefsPath))
  }

  /** Makes it. What fails on the way is taken down again. */
  static async up(options: LabOptions): Promise<Lab> {
    prepareSystem()
    const path = await litefs()
    mkdirSync(options.folder, { recursive: true })
    // Mounts are listed by their real path.
    const folder = realpathSync(options.folder)
    if (existsSync(join(folder, 'lab.json'))) {
      throw new Error(`There is a laboratory in ${folder}: ./scripts/cluster down removes it.`)
    }
    const laidOut = plan({ ...options, folder }, addresses())
    const other = namespaces().find((name) => name.startsWith(`${laidOut.lab}-`))
    if (other !== undefined) throw new Error(`The namespace ${other} stands, but no laboratory here knows of it.`)
    writeFileSync(join(folder, 'lab.json'), JSON.stringify(laidOut), { mode: 0o600, flush: true })
    const lab = new Lab(laidOut, new Registry(folder), path)
    try {
      lab.network.up()
      for (const node of lab.nodes) node.makeFolders()
      lab.writeMachines()
      for (const proxy of laidOut.proxies) lab.#startProxy(proxy)
      await Promise.all(lab.nodes.map((node) => node.start()))
      await Promise.all(lab.nodes.map((node) => node.ready(readyMs)))
      await Promise.all(laidOut.proxies.map(proxyReady))
      return lab
    } catch (error) {
      const logs = lab.nodes.map((node) => `${node.plan.name}:\n${node.log(8)}`).join('\n')
      await lab.down()
      throw new Error(`${error instanceof Error ? error.message : String(error)}\n${logs}`, { cause: error })
    }
  }

  /** The one that stands in a folder. @throws Error when there is none. */
  static async open(folder: string): Promise<Lab> {
    if (!existsSync(join(folder, 'lab.json')))
      throw new Error('No laboratory stands here: ./scripts/cluster up makes one.')
    const laidOut = JSON.parse(readFileSync(join(folder, 'lab.json'), 'utf8')) as LabPlan
    return new Lab(laidOut, new Registry(laidOut.folder), await litefs())
  }

  /** The same machines, laid out otherwise: what they are is in the plan, and told to them when they start. */
  async changed(edit: (node: NodePlan) => NodePlan): Promise<Lab> {
    const laidOut = { ...this.plan, nodes: this.plan.nodes.map(edit) }
    replaceFile(join(this.plan.folder, 'lab.json'), JSON.stringify(laidOut))
    return Lab.open(this.plan.folder)
  }

  /** Removes all that was made, also what a crashed `up` or an interrupted `down` left. Needs nothing but the folder. */
  static async down(folder: string): Promise<void> {
    if (!existsSync(folder)) return
    const real = realpathSync(folder)
    await new Registry(real).removeAll()
    unmountBelow(real)
    // Never through a mount: it would empty what lies behind it.
    const left = mountsBelow(real)
    if (left.length > 0) throw new Error(`These mounts could not be taken away: ${left.join(', ')}`)
    rmSync(real, { recursive: true, force: true })
  }

  async down(): Promise<void> {
    await Lab.down(this.plan.folder)
  }

  /** By its number. @throws Error when there is no such node. */
  node(number: number): LabNode {
    const found = this.nodes[number - 1]
    if (found === undefined) throw new Error(`There is no node ${number}: there are ${this.nodes.length}.`)
    return found
  }

  dataFolder(number: number): string {
    return foldersOf(this.node(number).plan).data
  }

  /** Where a client near this node enters. */
  entry(number: number): string {
    const proxy = this.plan.proxies[number - 1]
    return proxy === undefined ? this.node(number).origin : `http://${proxy.address}:${proxyPort}`
  }

  /** Cuts a region off from another, machines and proxy; without `other`, the machine from everybody. */
  cut(number: number, other?: number, options: { oneWay?: boolean } = {}): void {
    for (const [from, to] of this.#pairs(number, other)) this.network.cut(from, to, options.oneWay !== true)
  }

  heal(number?: number, other?: number): void {
    if (number === undefined) this.network.healAll()
    else for (const [from, to] of this.#pairs(number, other)) this.network.heal(from, to)
  }

  /** One-way delay between two regions, machines and proxies. */
  async delay(number: number, other: number, ms: number, backMs = ms): Promise<void> {
    for (const [from, to] of this.#pairs(number, other)) await this.network.delay(from, to, ms, backMs)
    this.writeMachines()
  }

  /** Tells the proxies which machines there are and how far they lie. */
  writeMachines(): void {
    const ways = this.network.disturbed()
    const machines = this.plan.nodes.map(({ name, region, address, role }) => ({
      id: name,
      app: this.plan.lab,
      group: role === 'candidate' ? 'primary' : 'edge',
      region,
      origin: `http://${address}:${nodePort}`,
    }))
    const distances = this.plan.nodes.flatMap((from) =>
      this.plan.nodes.map((to) => ({
        from: from.region,
        to: to.region,
        ms: from === to ? 0 : (ways[`n${from.number}>n${to.number}`]?.delayMs ?? 0) + Math.abs(from.number - to.number),
      })),
    )
    replaceFile(join(this.plan.folder, 'machines.json'), JSON.stringify({ machines, distances }))
  }

  #pairs(number: number, other?: number): [string, string][] {
    this.node(number)
    if (other === number) throw new Error('A node and itself are not two.')
    if (other === undefined) {
      const own = `n${number}`
      return this.network.names().flatMap((name) => (name === own ? [] : [[own, name] as [string, string]]))
    }
    this.node(other)
    const names = this.network.names()
    return [
      [`n${number}`, `n${other}`],
      [`p${number}`, `n${other}`],
      [`n${number}`, `p${other}`],
    ].filter(([a = '', b = '']) => names.includes(a) && names.includes(b)) as [string, string][]
  }

  #startProxy(proxy: ProxyPlan): void {
    const log = openSync(proxy.logPath, 'a')
    const program = [process.execPath, join(root, 'test/cluster/fly-proxy-main.ts')]
    const child = Bun.spawn(
      [
        ...['nsenter', `--net=/run/netns/${proxy.namespace}`],
        ...program,
        ...['--region', proxy.region, '--port', String(proxyPort)],
        ...['--machines', join(this.plan.folder, 'machines.json')],
      ],
      { stdio: ['ignore', log, log], detached: true },
    )
    closeSync(log)
    child.unref()
    const identity = identify(child.pid)
    if (identity !== undefined) this.registry.add({ kind: 'process', what: `proxy ${proxy.region}`, ...identity })
  }
}

/** Resolves once the proxy has seen a machine in good health and lets requests through. */
async function proxyReady({ address, region }: ProxyPlan): Promise<void> {
  const until = performance.now() + readyMs
  const ask = { signal: AbortSignal.timeout(readyMs) }
  while ((await fetch(`http://${address}:${proxyPort}/health/ready`, ask).catch(() => undefined))?.ok !== true) {
    if (performance.now() > until) throw new Error(`The proxy of ${region} lets nothing through.`)
    await Bun.sleep(50)
  }
}

import { createHash } from 'node:crypto'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { guardKey } from '../cluster/envelope.ts'
import { Guard } from '../cluster/guard.ts'
import type { GuardEvent } from '../cluster/steps.ts'
import { Candidates } from './candidates.ts'
import type { ClusterConfig } from './config.ts'
import { Driver } from './driver.ts'
import { positionsUrl } from './entries.ts'
import { LeaseServer } from './lease-server.ts'
import { Leases } from './leases.ts'
import { checkVolume, Litefs } from './litefs.ts'
import { Positions } from './positions.ts'
import type { NodeStatus } from './protocol.ts'
import { RecordFile } from './record.ts'
import { ServerChild } from './server-child.ts'
import { Streams } from './streams.ts'
import { Wire } from './wire.ts'

export interface GuardNodeOptions {
  readonly config: ClusterConfig
  /** The node's volume. */
  readonly data: string
  readonly litefs: string
  readonly serverArguments: readonly string[]
  readonly log: { info(fields: object, message: string): void; error(fields: object, message: string): void }
  /** The guard can no longer keep its promises: the process must end. */
  readonly onFatal: (error: Error) => void
}

const drainMaxMs = 5_000

/** LiteFS' own form of an id, made from the cluster's name, so that all nodes know it before they have met. */
export function clusterIdOf(name: string): string {
  return `LFSC${createHash('sha256').update(name).digest('hex').slice(0, 16).toUpperCase()}`
}

/** One node: its guard, LiteFS and server, put together. */
export class GuardNode {
  private constructor(
    private readonly driver: Driver,
    private readonly litefs: Litefs,
    private readonly server: ServerChild,
    private readonly closers: readonly { close(): void }[],
  ) {}

  /** Resolves once the candidates are known and everything runs. @throws Error with one line for people. */
  static async start(options: GuardNodeOptions): Promise<GuardNode> {
    const opened: { close(): void }[] = []
    try {
      return await GuardNode.#open(options, opened)
    } catch (error) {
      // What was opened would keep the process from ending.
      for (const each of opened.toReversed()) each.close()
      throw error
    }
  }

  static async #open(options: GuardNodeOptions, opened: { close(): void }[]): Promise<GuardNode> {
    const { config, data, log } = options
    const folder = join(data, 'litefs')
    const record = new RecordFile(folder)
    const known = record.read()
    const incarnation = crypto.randomUUID()
    const clusterId = clusterIdOf(config.name)
    checkVolume(data, clusterId)
    const key = guardKey(config.secret, clusterId)
    const held: { driver: Driver | null } = { driver: null }
    const step = (event: GuardEvent) => held.driver?.step(event)
    const candidates = new Candidates(
      config,
      folder,
      (addresses) => wire.dial(addresses),
      (names) =>
        log.error({ names }, 'a candidate was replaced by another machine: restart this node, so that it counts'),
    )
    const wire = new Wire({
      key,
      name: config.node,
      role: config.role,
      address: config.address,
      incarnation,
      onMessage: (heard) => held.driver?.hear(heard),
      onName: (name, address) => candidates.hear(name, address),
    })
    opened.push(candidates, wire)
    const names = await candidates.find()
    log.info({ node: config.node, role: config.role, candidates: names }, 'the guard begins')
    const guard = new Guard({
      name: config.node,
      role: config.role,
      candidates: names,
      record: known,
      empty: isEmpty(folder),
      incarnation,
      random: Math.random,
      nowMs: performance.now(),
    })
    const streams = new Streams({
      key,
      name: config.node,
      address: config.address,
      mayFollow: (node) => guard.primary(performance.now())?.node === node,
      addressOf: (node) => candidates.addressOf(node),
      litefsId: () => litefs.id,
      onComing: () => server.tell({ type: 'coming' }),
    })
    opened.push(streams)
    await streams.listen()
    const leases = new Leases({ guard, step, clusterId, urlOf: (node) => streams.urlOf(node) })
    const leaseServer = new LeaseServer(leases)
    const positions = new Positions(config.mount, positionsUrl)
    opened.push(leaseServer, positions)
    const server = new ServerChild({
      arguments: options.serverArguments,
      log,
      mayStart: () => held.driver?.mayStartServer() ?? false,
      onStart: () => held.driver?.onServerStarted(),
      onMessage: (message) => held.driver?.onServer(message),
      onEnd: () => held.driver?.onServerEnded(),
    })
    const litefs = new Litefs({
      program: options.litefs,
      node: config.node,
      candidate: config.role === 'candidate',
      data,
      mount: config.mount,
      leaseUrl: leaseServer.url,
      log,
      onState: (state, follows) => held.driver?.onLitefs(state, follows),
      onMoved: (database, to) => held.driver?.onMoved(database, to),
      beforeRestart: async () => {
        await server.hold()
        positions.renew()
      },
    })
    held.driver = new Driver({
      ...{ guard, config, candidates: names, record, wire, streams, leases, positions, litefs, server, log },
      addressOf: (node) => candidates.addressOf(node),
      onFatal: options.onFatal,
    })
    opened.push(held.driver)
    litefs.start()
    return new GuardNode(held.driver, litefs, server, opened)
  }

  /** How the node stands now. */
  get status(): NodeStatus {
    return this.driver.status
  }

  /** Hands over to that candidate. Resolves when it has promised. @throws Error that says why it did not happen. */
  handOff(to: string): Promise<void> {
    return this.driver.handOff(to)
  }

  /** In order, each within a bound: hands over when it is primary, ends the server, ends LiteFS. */
  async stop(): Promise<void> {
    await Promise.race([this.driver.leave(), Bun.sleep(drainMaxMs)])
    await this.server.stop()
    await this.litefs.stop()
    for (const closer of this.closers.toReversed()) closer.close()
  }
}

/** G33: whether LiteFS' folder holds no database. */
function isEmpty(folder: string): boolean {
  const databases = join(folder, 'dbs')
  return !existsSync(databases) || readdirSync(databases).length === 0
}

import { Database } from 'bun:sqlite'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Confirmer } from '../cluster/confirmer.ts'
import { HeldReader } from '../db/held-reader.ts'
import { LocalDatabases } from '../db/local.ts'
import type { Operation } from '../db/operation.ts'
import { shardName } from '../db/placement.ts'
import { type Position, parseLtxPosition } from '../db/position.ts'
import { addressesOf } from './candidates.ts'
import { ClusterPort } from './cluster-port.ts'
import type { ClusterConfig } from './config.ts'
import { FileDoor } from './files/door.ts'
import { MeshFiles } from './files/mesh-files.ts'
import type { PeerFiles } from './files/shared.ts'
import { RequestForwarder } from './forward/forwarder.ts'
import type { GuardLink } from './link.ts'
import { meshKey } from './mesh.ts'
import { MeshClient } from './mesh-client.ts'
import { MeshServer } from './mesh-server.ts'
import { MeshNeighbours, type Neighbours } from './neighbours.ts'

export interface ClusterOptions {
  readonly config: ClusterConfig
  readonly data: string
  readonly shards: number
  readonly writerUrl: string | URL
  readonly link: GuardLink
  /** What other nodes may have this one run while it is primary. */
  readonly operations: readonly Operation[]
  readonly reportBug: (error: unknown) => void
  readonly onWriterLost: (error: Error) => void
  /** Given each reading connection as it is opened: to measure what runs on it. */
  readonly onReader?: (sqlite: Database, database: string) => void
  readonly clientOf: (request: Request) => string
}

/** What the server of a cluster's node stands on. */
export interface ClusterSeat {
  readonly config: ClusterConfig
  readonly link: GuardLink
  readonly databases: LocalDatabases
  readonly port: ClusterPort
  readonly neighbours: Neighbours
  readonly files: PeerFiles
  readonly requests: RequestForwarder
  /** From now on whole requests of other nodes are answered by these routes. */
  takeRequests(handle: (request: Request) => Promise<Response>): void
  close(): void
}

const sweepEveryMs = 100
const lookEveryMs = 20

/**
 * Opens the databases of a cluster's node: reads from LiteFS' mount, writes wherever the primary is. Resolves once the data is here:
 * copied from the primary, or made by this node's writer.
 */
export async function openClusterDatabases(options: ClusterOptions): Promise<ClusterSeat> {
  const { config, data, link, reportBug } = options
  const confirmer = new Confirmer(() => performance.now())
  const neighbours: MeshNeighbours = new MeshNeighbours(() => port.isPrimary)
  const mesh = new MeshClient(config, link, neighbours)
  const port = new ClusterPort({
    writer: new Worker(options.writerUrl, { name: 'writer' }),
    folder: config.mount,
    lock: join(data, 'writer.lock'),
    shards: options.shards,
    forwarder: mesh,
    tell: (message) => link.tell(message),
    reportBug,
  })
  const reader = new HeldReader(
    (database) => join(config.mount, `${database}.db`),
    () => port.isPrimary,
    options.onReader,
  )
  let databases: LocalDatabases | undefined
  let confirmed: Position | undefined
  let handle: ((request: Request) => Promise<Response>) | undefined
  link.onTold((message) => {
    switch (message.type) {
      case 'open':
        confirmer.open(message.epoch)
        return port.open(message.epoch)
      case 'stop':
        confirmer.stop(message.reason)
        return port.stop(message.epoch)
      case 'confirmed':
        confirmed = message.position
        port.confirmed(message.position)
        confirmer.advance(message.position)
        return databases?.confirm(message.position)
      case 'admit':
        return port.admit(message.node, message.nonce)
      case 'drain':
        return port.drain()
      case 'resume':
        return port.resume()
      case 'coming':
        if (!port.isPrimary) reader.letIn()
        return
      case 'moved':
        if (!port.isPrimary) attempt(() => databases?.arrive(message.database), reportBug)
        return
    }
  })
  link.onStatus(({ role, litefs }) => {
    if (role === 'standing' && litefs === 'replica') port.prepare()
  })
  const sweep = setInterval(() => confirmer.sweep(), sweepEveryMs)
  while (!isHere(config.mount)) await Bun.sleep(lookEveryMs)
  const names = namesIn(config.mount)
  const local = new LocalDatabases({
    reader,
    confirmation: confirmer,
    databases: names,
    connect: (events) => port.connect(events),
    epoch: () => port.epoch,
    reportBug,
    onWriterLost: options.onWriterLost,
  })
  databases = local
  if (confirmed !== undefined) local.confirm(confirmed)
  port.onRole(() => {
    // What came while this node wrote was its own; from now on it is others'.
    if (!port.isPrimary) for (const name of names) attempt(() => local.arrive(name), reportBug)
  })
  const files: MeshFiles = new MeshFiles({
    key: meshKey(config),
    address: config.address,
    primary: () => link.status.primary?.address ?? null,
    others: async () => [...(await Promise.all(config.peers.map(addressesOf))).flat(), ...server.addresses],
  })
  const server: MeshServer = new MeshServer({
    config,
    databases: local,
    operations: options.operations,
    // What it runs before it is open waits for its confirmation like everything else (G20).
    isPrimary: () => port.isPrimary,
    neighbours,
    files: new FileDoor({
      key: meshKey(config),
      lookup: (name) => files.lookup(name),
      others: () => server.addresses,
      reportBug,
    }),
    handle: () => handle,
  })
  neighbours.connect({ up: (said) => mesh.whisper(said), down: (peer, said) => server.whisper(peer, said) })
  return {
    config,
    link,
    databases: local,
    port,
    neighbours,
    files,
    requests: new RequestForwarder({ key: meshKey(config), way: () => mesh.way, clientOf: options.clientOf }),
    takeRequests(given) {
      handle = given
    },
    close() {
      clearInterval(sweep)
      server.close()
      mesh.close()
    },
  }
}

/** Whether all databases that the directory lists are here. */
function isHere(mount: string): boolean {
  try {
    const names = namesIn(mount)
    return names.length > 1 && names.every((name) => hasPosition(mount, name))
  } catch {
    return false
  }
}

function hasPosition(mount: string, name: string): boolean {
  const path = join(mount, `${name}.db`)
  if (!existsSync(path) || parseLtxPosition(readFileSync(`${path}-pos`, 'latin1')).txid === 0) return false
  const sqlite = new Database(path, { readwrite: true })
  try {
    return sqlite.query('SELECT 1 FROM commits LIMIT 1').get() !== null
  } finally {
    sqlite.close()
  }
}

function namesIn(mount: string): string[] {
  const path = join(mount, 'directory.db')
  if (!existsSync(path)) return []
  const sqlite = new Database(path, { readwrite: true })
  try {
    sqlite.run('PRAGMA query_only = on')
    const shards = sqlite.query<{ number: number }, []>('SELECT number FROM shard ORDER BY number').all()
    return ['directory', ...shards.map(({ number }) => shardName(number))]
  } finally {
    sqlite.close()
  }
}

function attempt(work: () => void, reportBug: (error: unknown) => void): void {
  try {
    work()
  } catch (error) {
    reportBug(error)
  }
}

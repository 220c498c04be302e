import type { LocalDatabases } from '../../src/db/local.ts'
import { nodeState } from './schema.ts'

/** Where a node stands. */
export interface NodeStanding {
  readonly node: string
  readonly region: string
  readonly role: 'primary' | 'candidate' | 'edge'
  /** `epoch.number` of its data. */
  readonly position: string
  /** For how long it has been behind what is confirmed. */
  readonly lagMs: number
  /** When it told so. */
  readonly atMs: number
}

export interface NodesDeps {
  readonly databases: LocalDatabases
  readonly node: string
  readonly region: string
  readonly isEdge: boolean
  readonly nowMs?: () => number
}

const nodesMax = 1_000

/** All nodes: this one as it is, the others as they told with their last record. */
export class Nodes {
  /** For how long this node has been behind; alone it never is. */
  lagMs: () => number = () => 0

  constructor(private readonly deps: NodesDeps) {}

  own(): Omit<NodeStanding, 'node' | 'atMs'> {
    const { databases, region, isEdge } = this.deps
    const { epoch, number } = databases.position
    const role = databases.isPrimary ? 'primary' : isEdge ? 'edge' : 'candidate'
    return { region, role, position: `${epoch}.${number}`, lagMs: Math.round(this.lagMs()) }
  }

  /** This one first. */
  all(): NodeStanding[] {
    const { databases, node, nowMs = Date.now } = this.deps
    const told = databases.readDirectory((tx) => tx.select().from(nodeState).limit(nodesMax).all())
    const own: NodeStanding = { node, ...this.own(), atMs: nowMs() }
    return [own, ...told.filter((one) => one.node !== node).toSorted((a, b) => (a.node < b.node ? -1 : 1))]
  }
}

import { isIP } from 'node:net'
import { hostname } from 'node:os'
import { resolve } from 'node:path'

/** What makes this node part of a cluster. */
export interface ClusterConfig {
  /** The cluster's name: another cluster's guards and volumes are refused. */
  readonly name: string
  /** This node's name, as Fly calls its machine. */
  readonly node: string
  /** Where the other nodes reach this one. */
  readonly address: string
  readonly role: 'candidate' | 'edge'
  /** Addresses of the candidates, or a name that resolves to them. */
  readonly peers: readonly string[]
  /** How many candidates there are, also while some of them are away. */
  readonly candidates: 1 | 3
  /** Where LiteFS shows the databases. */
  readonly mount: string
  readonly secret: string
}

type Environment = Readonly<Record<string, string | undefined>>

const nameForm = /^[A-Za-z0-9._-]{1,64}$/

/**
 * The cluster that the environment describes; undefined when ENCAPSIFY_LITEFS is not set.
 * @throws Error with one line that names the value which is not valid.
 */
export function loadCluster(env: Environment): ClusterConfig | undefined {
  const mount = env.ENCAPSIFY_LITEFS
  if (mount === undefined || mount === '') return undefined
  if (env.ENCAPSIFY_SECRET === undefined) {
    throw new Error('ENCAPSIFY_SECRET must be given in a cluster: all its nodes share it.')
  }
  const role = env.ENCAPSIFY_ROLE ?? (env.FLY_PROCESS_GROUP === 'primary' ? 'candidate' : env.FLY_PROCESS_GROUP)
  if (role !== 'candidate' && role !== 'edge') {
    throw new Error(`ENCAPSIFY_ROLE must be candidate or edge, not "${role ?? ''}".`)
  }
  const peers = (env.ENCAPSIFY_PEERS ?? '')
    .split(',')
    .map((peer) => peer.trim())
    .filter((peer) => peer !== '')
  if (peers.length === 0) {
    throw new Error('ENCAPSIFY_PEERS must name the candidates: their addresses, or a name that resolves to them.')
  }
  const address = env.FLY_PRIVATE_IP ?? env.ENCAPSIFY_ADDRESS ?? ''
  if (isIP(address) === 0) {
    throw new Error(`ENCAPSIFY_ADDRESS must be the address at which the other nodes reach this one, not "${address}".`)
  }
  return {
    name: named('ENCAPSIFY_CLUSTER', env.ENCAPSIFY_CLUSTER ?? env.FLY_APP_NAME ?? 'encapsify'),
    node: named('ENCAPSIFY_NODE', env.FLY_MACHINE_ID ?? env.ENCAPSIFY_NODE ?? hostname()),
    address,
    role,
    peers,
    candidates: candidates(
      env.ENCAPSIFY_CANDIDATES ?? (peers.every((peer) => isIP(peer) > 0) ? `${peers.length}` : ''),
    ),
    mount: resolve(mount),
    secret: env.ENCAPSIFY_SECRET,
  }
}

function candidates(text: string): 1 | 3 {
  if (text === '1') return 1
  if (text === '3') return 3
  const reason = text === '2' ? ': two could neither lose one nor confirm without both' : ''
  throw new Error(`ENCAPSIFY_CANDIDATES must be 1 or 3, not "${text}"${reason}.`)
}

function named(variable: string, text: string): string {
  if (nameForm.test(text)) return text
  throw new Error(`${variable} must be 1 to 64 letters, digits, dots and hyphens, not "${text}".`)
}

import { join } from 'node:path'

/** Regions of a laboratory, by the codes that Fly uses; the first is the primary's. */
const regions = ['ams', 'iad', 'nrt', 'gru', 'syd'] as const
export const nodesMax = regions.length

export const nodePort = 3000
export const proxyPort = 8080

/** One node as `up` laid it out. */
export interface NodePlan {
  readonly number: number
  readonly name: string
  readonly region: string
  readonly role: 'candidate' | 'edge'
  readonly address: string
  /** What the nodes call each other by, where that is another: an address of a private IPv6 network, as Fly's. */
  readonly privateAddress?: string
  readonly namespace: string
  readonly folder: string
}

/** One region's edge proxy: in a namespace of its own, because it outlives the machines of its region. */
export interface ProxyPlan {
  readonly region: string
  readonly address: string
  readonly namespace: string
  readonly logPath: string
}

/** The whole layout. It is written to the laboratory's folder before anything is made. */
export interface LabPlan {
  readonly lab: string
  readonly folder: string
  readonly switchNamespace: string
  /** The link by which this machine reaches the nodes. */
  readonly hostLink: string
  readonly hostAddress: string
  readonly nodes: readonly NodePlan[]
  readonly proxies: readonly ProxyPlan[]
  /** Size of each node's disk; 0: a plain folder. */
  readonly diskMib: number
  /** Whether the nodes' clocks can be made to jump. */
  readonly clocks: boolean
  /** What runs as a node, split into words. */
  readonly program: readonly string[]
  /** Added to every node's environment. */
  readonly environment: Readonly<Record<string, string>>
  readonly secret: string
}

export interface LabOptions {
  readonly folder: string
  /** 1 to 5. Default 3. */
  readonly nodes?: number
  /** 1 or 3 candidates; the other nodes are edges. Default: 3, or 1 with fewer than three nodes. */
  readonly candidates?: number
  readonly proxies?: boolean
  readonly diskMib?: number
  readonly clocks?: boolean
  /** Nodes know each other by IPv6 addresses. Cuts and delays do not reach these. */
  readonly ipv6?: boolean
  readonly program?: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
}

/** Lays a laboratory out beside the addresses that this machine has already. @throws Error with one line when the numbers do not make sense. */
export function plan(options: LabOptions, taken: readonly string[] = []): LabPlan {
  const count = options.nodes ?? 3
  if (!Number.isInteger(count) || count < 1 || count > nodesMax) {
    throw new Error(`A laboratory has 1 to ${nodesMax} nodes, not ${count}.`)
  }
  const candidates = options.candidates ?? (count < 3 ? 1 : 3)
  if ((candidates !== 1 && candidates !== 3) || candidates > count) {
    throw new Error('There are 1 or 3 candidates, and no more than nodes: two can neither confirm nor elect safely.')
  }
  // The name and the network follow from the folder, so that laboratories in two folders do not meet.
  const hash = new Bun.CryptoHasher('sha256').update(options.folder).digest('hex')
  const lab = `enc${hash.slice(0, 4)}`
  const network = networkBeside(taken, Number.parseInt(hash.slice(4, 6), 16))
  const numbers = Array.from({ length: count }, (_, n) => n + 1)
  const region = (number: number) => regions[number - 1] ?? 'ams'
  return {
    lab,
    folder: options.folder,
    switchNamespace: `${lab}-sw`,
    hostLink: `${lab}-host`,
    hostAddress: `${network}.254`,
    nodes: numbers.map((number) => ({
      number,
      name: `node-${number}`,
      region: region(number),
      role: number <= candidates ? 'candidate' : 'edge',
      address: `${network}.${number}`,
      // Unique local addresses (RFC 4193), of which Fly's 6PN is made too.
      ...(options.ipv6 === true && { privateAddress: `fdaa:0:${hash.slice(0, 4)}::${number}` }),
      namespace: `${lab}-n${number}`,
      folder: join(options.folder, `node-${number}`),
    })),
    proxies: numbers
      .filter(() => options.proxies ?? true)
      .map((number) => ({
        region: region(number),
        address: `${network}.${100 + number}`,
        namespace: `${lab}-p${number}`,
        logPath: join(options.folder, `proxy-${region(number)}.log`),
      })),
    diskMib: options.diskMib ?? 0,
    clocks: options.clocks ?? false,
    program: options.program ?? ['dist/encapsify', 'node'],
    environment: options.environment ?? {},
    secret: new Bun.CryptoHasher('sha256').update(`${lab}/${crypto.randomUUID()}`).digest('hex'),
  }
}

/** A free /24 of 198.18.0.0/15, which is set aside for test networks (RFC 2544), so that nobody's route is taken. */
function networkBeside(taken: readonly string[], first: number): string {
  for (let n = 0; n < 256; n++) {
    const network = `198.18.${(first + n) % 256}`
    if (!taken.some((address) => address.startsWith(`${network}.`))) return network
  }
  throw new Error('No network is free for a laboratory: too many stand.')
}

/** Folders of a node: `data` is its volume, `mount` where LiteFS shows the databases. */
export function foldersOf(node: NodePlan) {
  return {
    data: join(node.folder, 'data'),
    mount: join(node.folder, 'mount'),
    log: join(node.folder, 'node.log'),
    clock: join(node.folder, 'clock'),
  }
}

/** A node's environment: CONTRACT's names, and Fly's, so that the product behaves as it does there. */
export function environmentOf(lab: LabPlan, node: NodePlan): Record<string, string> {
  const candidates = lab.nodes.filter(({ role }) => role === 'candidate')
  const entry = lab.proxies[0]
  const origin = entry === undefined ? `http://${node.address}:${nodePort}` : `http://${entry.address}:${proxyPort}`
  return {
    PORT: String(nodePort),
    HOST: '0.0.0.0',
    ENCAPSIFY_DATA: foldersOf(node).data,
    ENCAPSIFY_LITEFS: foldersOf(node).mount,
    ENCAPSIFY_ROLE: node.role,
    ENCAPSIFY_PEERS: candidates.map(peerAddress).join(','),
    ENCAPSIFY_CANDIDATES: String(candidates.length),
    ENCAPSIFY_SECRET: lab.secret,
    ENCAPSIFY_URL: origin,
    FLY_APP_NAME: lab.lab,
    FLY_REGION: node.region,
    FLY_MACHINE_ID: node.name,
    FLY_PRIVATE_IP: peerAddress(node),
    FLY_PROCESS_GROUP: node.role === 'candidate' ? 'primary' : 'edge',
    PRIMARY_REGION: regions[0],
    ...lab.environment,
  }
}

function peerAddress({ address, privateAddress }: NodePlan): string {
  return privateAddress ?? address
}

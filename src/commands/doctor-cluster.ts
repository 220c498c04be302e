import { accessSync, constants } from 'node:fs'
import { callControl } from '../control/control.ts'
import type { ClusterConfig } from '../node/config.ts'
import { isMounted } from '../node/mounts.ts'
import type { NodeStatus } from '../node/protocol.ts'
import type { Finding } from './finding.ts'

/** What a node of a cluster needs, and how the one that runs here stands. */
export async function clusterFindings(config: ClusterConfig, data: string): Promise<Finding[]> {
  const { node, role, candidates, name, peers } = config
  return [
    {
      what: 'node',
      state: 'works',
      detail: `${node}, ${role} of ${name}; ${candidates} candidates at ${peers.join(', ')}`,
    },
    litefs(),
    fuse(),
    mount(config.mount),
    await guard(data, candidates),
  ]
}

function litefs(): Finding {
  const what = 'LiteFS'
  const path = Bun.which('litefs')
  if (path === null) return { what, state: 'broken', detail: 'litefs is not in PATH: a node needs LiteFS 0.5.14' }
  const { stdout } = Bun.spawnSync([path, 'version'], { stdout: 'pipe', stderr: 'ignore', timeout: 2_000 })
  return { what, state: 'works', detail: `${path}: ${stdout.toString().trim()}` }
}

function fuse(): Finding {
  const what = 'FUSE'
  if (Bun.which('fusermount3') === null && Bun.which('fusermount') === null) {
    return { what, state: 'broken', detail: 'fusermount3 is missing; on Debian: apt-get install fuse3' }
  }
  try {
    accessSync('/dev/fuse', constants.R_OK | constants.W_OK)
    return { what, state: 'works', detail: '/dev/fuse' }
  } catch {
    return { what, state: 'broken', detail: '/dev/fuse cannot be opened: LiteFS cannot mount anything here' }
  }
}

function mount(path: string): Finding {
  return isMounted(path)
    ? { what: 'mount', state: 'works', detail: path }
    : { what: 'mount', state: 'missing', detail: `nothing is mounted at ${path}: encapsify node does it` }
}

/** As the running guard says it. */
async function guard(data: string, candidates: number): Promise<Finding> {
  const what = 'guard'
  const answer = await callControl(data, 'status', {}, 'guard').catch(() => undefined)
  if (answer === undefined) return { what, state: 'missing', detail: `no node runs on ${data}` }
  // Of this very program.
  const { role, litefs, member, promised, primary, near } = answer.result as NodeStatus
  const whom = role === 'open' ? 'primary' : primary === null ? 'no primary known' : `follows ${primary.node}`
  const detail = `${role}, ${whom}, LiteFS is ${litefs}, ${member ? 'a member' : 'no member'}, epoch ${promised}, ${near} of ${candidates} candidates heard`
  return { what, state: role === 'open' || primary !== null ? 'works' : 'broken', detail }
}

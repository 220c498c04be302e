import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Lab } from './lab.ts'
import type { LabNode } from './node.ts'
import { foldersOf } from './plan.ts'

const answerMs = 1_000

/** One line for each node, one for each way that is not open. */
export async function printStatus(lab: Lab): Promise<void> {
  const lines = await Promise.all(lab.nodes.map((node) => line(lab, node)))
  for (const text of lines) console.log(text)
  for (const [way, { cut, delayMs }] of Object.entries(lab.network.disturbed())) {
    console.log(`  ${way.padEnd(9)} ${cut ? 'cut' : `${delayMs} ms`}`)
  }
}

async function line(lab: Lab, node: LabNode): Promise<string> {
  const { number, name, region, role } = node.plan
  const running = (['guard', 'litefs', 'server'] as const).filter((target) => node.processes(target).length > 0)
  const signal = AbortSignal.timeout(answerMs)
  const health = await fetch(`${node.origin}/health/ready`, { signal })
    .then((answer) => (answer.ok ? 'ready' : `not ready (${answer.status})`))
    .catch(() => 'no answer')
  // Nobody is let in without a key, but every answer of the API says who gave it.
  const part = await fetch(`${node.origin}/api/v1/capsules`, { signal })
    .then(({ headers }) => /role=(\w+)/.exec(headers.get('encapsify-node') ?? '')?.[1])
    .catch(() => undefined)
  const state = running.length === 0 ? 'down' : `${health}, runs ${running.join(' ')}`
  const positions = node.isMounted() ? positionsOf(node) : 'no mount'
  return `${name} ${region} ${(part === 'primary' ? 'PRIMARY' : role).padEnd(9)} ${lab.entry(number)}  ${state}  ${positions}`
}

/** The transaction of each database, as LiteFS tells it. Asked of a process that can be ended: a dead mount may hang. */
function positionsOf(node: LabNode): string {
  const { mount } = foldersOf(node.plan)
  const child = Bun.spawnSync(['timeout', '1', 'ls', mount], { stdout: 'pipe', stderr: 'ignore' })
  if (child.exitCode !== 0) return 'mount does not answer'
  const databases = readdirSync(mount).filter((name) => name.endsWith('.db'))
  const position = (name: string) => {
    const path = join(mount, `${name}-pos`)
    return existsSync(path) ? Number.parseInt(readFileSync(path, 'latin1').slice(0, 16), 16) : 0
  }
  return databases.map((name) => `${name.replace(/\.db$/, '')} ${position(name)}`).join('  ')
}

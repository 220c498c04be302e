import { mkdirSync } from 'node:fs'
import { type Config, loadConfig } from '../config.ts'
import { ControlServer, callControl } from '../control/control.ts'
import { environment } from '../environment.ts'
import type { ClusterConfig } from '../node/config.ts'
import { GuardNode } from '../node/guard-node.ts'
import { createLogger } from '../observability/logs.ts'
import { flags } from './usage.ts'

/**
 * `encapsify node`: runs one node of a cluster until SIGTERM or SIGINT, then hands over, drains and ends in order. A second
 * signal does not wait. `encapsify node handoff --to NODE` asks the running one to hand over.
 */
export async function run(args: string[]): Promise<number> {
  const [verb, ...rest] = args
  if (verb === 'handoff') return handOff(rest)
  const text = { type: 'string' } as const
  const given = flags(args, { port: text, host: text, data: text })
  const config = loadConfig(environment, given)
  const cluster = clusterOf(config)
  const litefs = Bun.which('litefs')
  if (litefs === null) throw new Error('litefs is not in PATH: a node of a cluster needs LiteFS 0.5.14.')
  const stopped = Promise.withResolvers<number>()
  let signals = 0
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => (signals++ === 0 ? stopped.resolve(0) : process.kill(process.pid, 'SIGKILL')))
  }
  const log = createLogger(config.log.level, process.stdout.isTTY === true)
  mkdirSync(config.data.folder, { recursive: true, mode: 0o700 })
  const serverArguments = Object.entries(given).flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name}`, value],
  )
  const starting = GuardNode.start({
    ...{ config: cluster, data: config.data.folder, litefs, serverArguments, log },
    onFatal(error) {
      log.fatal({ err: error }, 'the guard ends')
      stopped.resolve(1)
    },
  })
  // Waiting for the other candidates can be ended too.
  const node = await Promise.race([starting, stopped.promise])
  if (typeof node === 'number') process.kill(process.pid, 'SIGKILL')
  else {
    const control = new ControlServer(config.data.folder, 'guard')
    control.handle('handoff', async (input) => {
      const to = typeof input === 'object' && input !== null && 'to' in input ? String(input.to) : ''
      await node.handOff(to)
    })
    control.handle('status', async () => node.status)
    control.listen()
    const code = await stopped.promise
    log.info({}, 'the node ends: it hands over, drains and stops LiteFS')
    // First: whoever is killed before the rest has ended leaves no socket behind.
    await control.close()
    await node.stop()
    return code
  }
  return 1
}

async function handOff(args: string[]): Promise<number> {
  const { to, data } = flags(args, { to: { type: 'string' }, data: { type: 'string' } })
  if (to === undefined || to === '') throw new Error('handoff takes the name of a candidate: --to NODE')
  const { data: place } = loadConfig(environment, { data })
  const answer = await callControl(place.folder, 'handoff', { to }, 'guard')
  if (answer === undefined) throw new Error(`No node runs on ${place.folder}.`)
  console.log(`${to} is about to be primary`)
  return 0
}

function clusterOf({ cluster }: Config): ClusterConfig {
  if (cluster === undefined)
    throw new Error('ENCAPSIFY_LITEFS must name the folder in which LiteFS shows the databases.')
  return cluster
}

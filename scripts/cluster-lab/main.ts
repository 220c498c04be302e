/** `./scripts/cluster VERB …`: the laboratory's command line. Bad usage ends with 2 and one line, failed work with 1. */
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { chaos } from './chaos/runner.ts'
import { Lab } from './lab.ts'
import { type Target, targets } from './node.ts'
import { printStatus } from './status.ts'

const usage = `./scripts/cluster VERB

  up                   --nodes 3  --candidates 3  --disk MIB  --clocks  --program "COMMAND"  --env NAME=VALUE  --no-proxies
  down                 removes all that up made, also after a crash
  status               every node: state, positions, lag; every way that is cut or slow
  kill N [WHAT]        kill -9: litefs, guard, server or all (default)
  start N | stop N     stop asks and waits
  pause N [WHAT] | resume N [WHAT]
  cut A [B] [--one-way]   region A from region B; without B the machine A from everybody
  heal [A] [B]         undoes cuts, all of them without A
  delay A B MS [BACK]  one-way delay between two regions, milliseconds
  handoff FROM TO      the primary FROM hands over to TO
  fill N | free N      the disk of N to the last page (needs --disk) | gives it back
  wipe N               empties the volume of N, which must not run
  clock N SECONDS      moves the wall clock of N (needs --clocks)
  logs N [LINES]       exec N COMMAND…       in the network and environment of N
  chaos                --rounds N [--seed S] [--faults a,b]  [--workload capsules|items]
                       a laboratory of its own under faults; the last line counts what was lost
  bench [PART…]        --rounds N   every figure that must be reached beside its bar, then the faults (throughput,
                       client, live, reads, edge, handoff, crash, gone, faults); ends with 1 when one is missed

Every verb takes --state FOLDER (default .cache/cluster).`

/** The verbs that act on a laboratory which stands. */
const acts = [
  ...['status', 'kill', 'start', 'stop', 'pause', 'resume', 'cut', 'heal', 'delay'],
  ...['handoff', 'fill', 'free', 'wipe', 'clock', 'logs'],
]

class UsageError extends Error {}

const words = process.argv.slice(2)
const verb = words.shift() ?? 'help'
try {
  process.exitCode = await perform()
} catch (error) {
  const message = error instanceof Error ? error.message : String(error)
  console.error(`cluster: ${message}`)
  const isUsage = error instanceof UsageError || (error instanceof TypeError && 'code' in error)
  process.exitCode = isUsage ? 2 : 1
}

async function perform(): Promise<number> {
  if (verb === 'help' || verb === '--help') {
    console.log(usage)
    return 0
  }
  if (verb === 'exec') return exec()
  if (verb === 'bench') {
    const command = [process.execPath, join(import.meta.dir, 'bench.ts'), ...words]
    return Bun.spawn(command, { stdio: ['inherit', 'inherit', 'inherit'] }).exited
  }
  const text = { type: 'string' } as const
  const flag = { type: 'boolean' } as const
  const { values, positionals } = parseArgs({
    args: words,
    allowPositionals: true,
    options: {
      ...{ state: { ...text, default: '.cache/cluster' }, nodes: text, candidates: text, disk: text, clocks: flag },
      ...{ program: text, env: { ...text, multiple: true }, 'no-proxies': flag, 'one-way': flag },
      ...{ rounds: text, seed: text, faults: text, workload: text },
    },
  })
  const folder = resolve(values.state)
  if (verb === 'down') {
    await Lab.down(folder)
    return 0
  }
  const shape = {
    ...(values.nodes !== undefined && { nodes: whole(values.nodes) }),
    ...(values.candidates !== undefined && { candidates: whole(values.candidates) }),
    ...(values.program !== undefined && { program: values.program.split(/\s+/) }),
    environment: Object.fromEntries((values.env ?? []).map(assignment)),
  }
  if (verb === 'chaos') {
    const faults = values.faults?.split(',')
    const { workload = 'capsules' } = values
    if (workload !== 'capsules' && workload !== 'items') throw new UsageError('A workload is capsules or items.')
    const seed = values.seed === undefined ? Date.now() % 1_000_000 : whole(values.seed)
    const rounds = whole(values.rounds ?? '10')
    return chaos({ ...shape, folder, rounds, seed, workload, ...(faults !== undefined && { faults }) })
  }
  if (verb === 'up') {
    const diskMib = values.disk === undefined ? 0 : whole(values.disk)
    const proxies = values['no-proxies'] !== true
    const lab = await Lab.up({ ...shape, folder, proxies, diskMib, clocks: values.clocks ?? false })
    await printStatus(lab)
    return 0
  }
  if (!acts.includes(verb)) throw new UsageError(`There is no verb ${verb}: ./scripts/cluster help lists them.`)
  const lab = await Lab.open(folder)
  const number = (index: number) => whole(positionals[index])
  const optional = (index: number) => (positionals[index] === undefined ? undefined : number(index))
  switch (verb) {
    case 'status':
      await printStatus(lab)
      return 0
    case 'kill':
      console.log(`${await lab.node(number(0)).kill(target(positionals[1]))} processes killed`)
      return 0
    case 'start':
      await lab.node(number(0)).start()
      return 0
    case 'stop':
      await lab.node(number(0)).stop()
      return 0
    case 'pause':
      console.log(`${lab.node(number(0)).pause(target(positionals[1]))} processes stopped`)
      return 0
    case 'resume':
      lab.node(number(0)).resume(target(positionals[1]))
      return 0
    case 'cut':
      lab.cut(number(0), optional(1), { oneWay: values['one-way'] ?? false })
      return 0
    case 'heal':
      lab.heal(optional(0), optional(1))
      return 0
    case 'delay':
      await lab.delay(number(0), number(1), number(2), optional(3))
      return 0
    case 'handoff':
      await lab.node(number(0)).handOff(lab.node(number(1)).plan.name)
      return 0
    case 'fill':
      await lab.node(number(0)).fillDisk()
      return 0
    case 'free':
      lab.node(number(0)).freeDisk()
      return 0
    case 'wipe':
      lab.node(number(0)).wipe()
      return 0
    case 'clock':
      lab.node(number(0)).jumpClock(number(1))
      return 0
    case 'logs':
      console.log(lab.node(number(0)).log(optional(1) ?? 40))
      return 0
    default:
      return 2
  }
}

/** What follows belongs to the command, flags too. */
async function exec(): Promise<number> {
  const state = words[0] === '--state' ? words.splice(0, 2)[1] : undefined
  const [node, ...command] = words
  if (command.length === 0) throw new UsageError('exec takes a node and a command.')
  const lab = await Lab.open(resolve(state ?? '.cache/cluster'))
  const child = lab.node(whole(node)).exec(command)
  process.stdout.write(child.stdout)
  process.stderr.write(child.stderr)
  return child.exitCode
}

function whole(text: string | undefined): number {
  if (text === undefined || !/^-?\d+$/.test(text))
    throw new UsageError(`${verb} takes a whole number, not "${text ?? ''}".`)
  return Number(text)
}

function target(text = 'all'): Target {
  const found = targets.find((name) => name === text)
  if (found === undefined) throw new UsageError(`${verb} takes ${targets.join(', ')}, not "${text}".`)
  return found
}

function assignment(text: string): [string, string] {
  const at = text.indexOf('=')
  if (at < 1) throw new UsageError(`--env takes NAME=VALUE, not "${text}".`)
  return [text.slice(0, at), text.slice(at + 1)]
}

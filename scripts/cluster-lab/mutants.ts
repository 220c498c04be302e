/**
 * `bun scripts/cluster-lab/mutants.ts [--rounds N] [--seed S] [NAME…]`: proves that the chaos looks. Each mutant is the product with
 * one rule broken: its source is copied, changed, built, and put under faults until the checker finds something or the rounds are
 * over. Says after how many rounds, and what was found. Nothing of this is in the product.
 */
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import type { FaultName } from '../../test/cluster/nemesis.ts'
import { chaos } from './chaos/runner.ts'

interface Mutant {
  readonly breaks: string
  readonly file: string
  readonly from: string
  readonly to: string
  /** The faults in which it matters. */
  readonly faults: readonly FaultName[]
}

const mutants: Readonly<Record<string, Mutant>> = {
  unconfirmed: {
    breaks: 'G25: acknowledges without a confirmation',
    file: 'src/cluster/confirmer.ts',
    from: 'wait(commit: Position): Promise<void> | undefined {',
    to: 'wait(commit: Position): Promise<void> | undefined {\n    if (commit.epoch > 0) return undefined',
    faults: ['tail', 'split'],
  },
  'any-vote': {
    breaks: 'G16: votes for who is behind',
    file: 'src/cluster/rules.ts',
    from: 'atLeast: (candidate, own) => comparePositions(candidate, own) >= 0',
    to: 'atLeast: (candidate, own) => comparePositions(candidate, own) >= -1e9',
    faults: ['behind'],
  },
  'never-steps-down': {
    breaks: 'G23, G28: counts old answers, and goes on without a majority',
    file: 'src/cluster/rules.ts',
    from: 'isFresh: (ageMs) => ageMs <= limits.echoMaxMs',
    to: 'isFresh: (ageMs) => ageMs <= limits.echoMaxMs * 1e6',
    faults: ['split', 'isolate'],
  },
  'position-ignored': {
    breaks: 'G39: answers before it holds what the client has seen',
    file: 'src/node/clustered.ts',
    from: 'const carried = carriedPosition(request, config.name)',
    to: 'const carried = carriedPosition(request, config.name) && null',
    faults: ['slow', 'tail', 'partition'],
  },
  'told-early': {
    breaks: 'G37: tells live clients what is not confirmed',
    file: 'src/db/local.ts',
    from: '    const confirmed = this.options.confirmation.wait(notice)\n',
    to: '    this.#tail.confirm(changes)\n    const confirmed = this.options.confirmation.wait(notice)\n',
    faults: ['tail', 'split'],
  },
  'follows-anybody': {
    breaks: 'G11: follows a deposed primary',
    file: 'src/cluster/rules.ts',
    from: 'follows: (claimed, promised) => claimed === promised',
    to: 'follows: (claimed, promised) => claimed <= promised',
    faults: ['split', 'pause', 'isolate'],
  },
  'wiped-votes': {
    breaks: 'G32: a wiped candidate votes',
    file: 'src/cluster/rules.ts',
    from: 'hasVoice: (member) => member,',
    to: 'hasVoice: (member) => member || !member,',
    faults: ['forget'],
  },
}

const root = resolve(import.meta.dir, '../..')
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { rounds: { type: 'string', default: '20' }, seed: { type: 'string', default: '1' } },
})
const unknown = positionals.find((name) => mutants[name] === undefined)
if (unknown !== undefined) throw new Error(`There is no mutant ${unknown}: ${Object.keys(mutants).join(', ')}.`)
const lines: string[] = []
for (const [name, mutant] of Object.entries(mutants)) {
  if (positionals.length > 0 && !positionals.includes(name)) continue
  const folder = mkdtempSync(join(tmpdir(), 'encapsify-mutant-'))
  try {
    const program = await build(folder, name, mutant)
    lines.push(`${name.padEnd(18)} ${mutant.breaks.padEnd(64)} ${await hunt(folder, program, mutant)}`)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
console.log(lines.join('\n'))

async function build(folder: string, name: string, { file, from, to }: Mutant): Promise<string> {
  const source = join(folder, 'source')
  for (const part of [
    'src',
    'modules',
    'scripts',
    'test',
    'package.json',
    'bun.lock',
    'tsconfig.json',
    'bunfig.toml',
  ]) {
    cpSync(join(root, part), join(source, part), { recursive: true })
  }
  symlinkSync(join(root, 'node_modules'), join(source, 'node_modules'))
  const path = join(source, file)
  const text = readFileSync(path, 'utf8')
  if (text.split(from).length !== 2) throw new Error(`The mutant ${name} does not find its place in ${file}.`)
  writeFileSync(path, text.replace(from, to))
  const child = Bun.spawn([process.execPath, 'scripts/build.ts'], {
    cwd: source,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  if ((await child.exited) !== 0) throw new Error(`The mutant ${name} could not be built.`)
  return join(source, 'dist/encapsify')
}

async function hunt(folder: string, program: string, { faults }: Mutant): Promise<string> {
  const seed = Number(values.seed)
  const shape = { folder: join(folder, 'lab'), program: [program, 'node'], workload: 'capsules', faults } as const
  const said = await chaos({ ...shape, rounds: Number(values.rounds), seed, untilBroken: true }).catch(String)
  const { rounds } = JSON.parse(readFileSync(`dist/chaos/${seed}.json`, 'utf8')) as {
    rounds: { verdicts: { guilt: string }[] }[]
  }
  const found = rounds.at(-1)?.verdicts ?? []
  if (said === 1 && found.length > 0) {
    return `found in round ${rounds.length}: ${[...new Set(found.map(({ guilt }) => guilt))].join(', ')}`
  }
  return typeof said === 'string' ? `ended after ${rounds.length} rounds: ${said}` : `not found in ${rounds.length}`
}

/**
 * `bun scripts/model.ts [deep]`: checks the guard's rules as a model (src/cluster/model/guard.pml) with spin. The rules must
 * hold in every state within the bounds, and each mutant must be found. Writes dist/model.json; needs Debian's spin and gcc.
 */
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

interface Check {
  readonly name: string
  readonly bounds: Readonly<Record<string, number>>
  readonly mutant?: string
  /** Searched by hashed bits in a random order: enough to find a fault, never to rule one out. */
  readonly random?: boolean
}

const runMaxS = process.argv[2] === 'deep' ? 3_600 : 60

const seedsMax = 12
const walkMaxS = 4

/** All states within these bounds, in about half a minute. */
const bounds: readonly Check[] = [
  { name: 'three epochs', bounds: { EPOCHS: 3, WRITES: 0, CRASHES: 0, WIPES: 0 } },
  { name: 'two writes', bounds: { EPOCHS: 2, WRITES: 2, CRASHES: 0, WIPES: 0 } },
  { name: 'a write and a crash', bounds: { EPOCHS: 2, WRITES: 1, CRASHES: 1, WIPES: 0 } },
]
/** Hours and tens of gigabytes: on demand. */
const deep: readonly Check[] = [
  { name: 'three epochs and a write', bounds: { EPOCHS: 3, WRITES: 1, CRASHES: 0, WIPES: 0 } },
  { name: 'three epochs and a wipe', bounds: { EPOCHS: 3, WRITES: 0, CRASHES: 0, WIPES: 1 } },
]
const mutants: readonly Check[] = [
  mutant('G2 a crash forgets the promise', 'FORGETS_PROMISE', { EPOCHS: 3, CRASHES: 1 }),
  mutant('G7 the prefix is the newest commit', 'NO_HOLES', { WRITES: 2 }),
  mutant('G11 any claim is followed', 'FOLLOW_ANY', { EPOCHS: 3 }),
  mutant('G16 the position is read before the promise', 'READ_EARLY', { WRITES: 1 }),
  mutant('G16 votes do not look at the position', 'NO_COMPARE', { WRITES: 1 }),
  mutant('G16 an epoch is promised twice', 'PROMISED_TWICE', {}, true),
  mutant('G22 the checksum is not looked at', 'NO_CHECKSUM', { EPOCHS: 3, WRITES: 1 }, true),
  mutant('G20 a primary is open early', 'OPEN_EARLY', { EPOCHS: 3, WRITES: 1 }, true),
  mutant('G23 reports under another epoch count', 'ANY_EPOCH', { WRITES: 1 }),
  mutant('G32 a wiped candidate has a voice', 'WIPED_VOICE', { WRITES: 1, WIPES: 1 }),
  mutant('G34 a learner is admitted early', 'ADMIT_EARLY', { EPOCHS: 3, WIPES: 1 }),
]

function mutant(name: string, flag: string, changed: Record<string, number>, random = false): Check {
  return { name, mutant: flag, random, bounds: { EPOCHS: 2, WRITES: 0, CRASHES: 0, WIPES: 0, ...changed } }
}

const folder = mkdtempSync(join(tmpdir(), 'encapsify-model-'))
const counts = { passed: 0, failed: 0 }
try {
  for (const check of process.argv[2] === 'deep' ? [...bounds, ...deep] : [...bounds, ...mutants]) {
    const startedMs = performance.now()
    const fault = await search(check)
    const wrong =
      check.mutant === undefined ? fault.text : fault.isFault ? null : `not found: ${fault.text ?? 'no fault'}`
    counts[wrong === null ? 'passed' : 'failed']++
    const took = `${((performance.now() - startedMs) / 1000).toFixed(1)} s`
    console.log(
      `${wrong === null ? '✓' : '✗'} ${check.name} (${fault.states} states, ${took})${wrong === null ? '' : `: ${wrong}`}`,
    )
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
mkdirSync('dist', { recursive: true })
writeFileSync('dist/model.json', JSON.stringify(counts))
console.log(`${counts.passed} passed, ${counts.failed} failed`)
if (counts.failed > 0) process.exitCode = 1

interface Found {
  /** What is wrong; null when every state was seen and none is. */
  readonly text: string | null
  /** Whether that is a fault of the rules, and not of the search. */
  readonly isFault: boolean
  readonly states: string
}

async function search(check: Check): Promise<Found> {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder)
  cpSync('src/cluster/model/guard.pml', join(folder, 'guard.pml'))
  const flags = Object.entries(check.bounds).map(([name, value]) => `-D${name}=${value}`)
  if (check.mutant !== undefined) flags.push(`-DM_${check.mutant}`)
  await command(['spin', '-a', ...flags, 'guard.pml'])
  const how = check.random === true ? ['-DBITSTATE', '-DT_RAND'] : ['-DCOLLAPSE']
  await command(['gcc', '-O2', '-DSAFETY', '-DNOFAIR', '-DNOREDUCE', '-DMEMLIM=32000', ...how, '-o', 'pan', 'pan.c'])
  const output = check.random === true ? await wander() : await pan(runMaxS, [])
  const states = /(\d+) states, stored/.exec(output)?.[1] ?? '0'
  const fault = /pan:1: (.*)/.exec(output)?.[1]
  if (fault !== undefined) return { text: fault, isFault: fault.startsWith('assertion violated'), states }
  const isWhole = /errors: 0/.test(output) && !/Search not completed|max search depth too small/.test(output)
  return { text: isWhole ? null : `not finished in ${runMaxS} s`, isFault: false, states }
}

/** Short walks from many seeds find what one long one misses. */
async function wander(): Promise<string> {
  let output = ''
  for (let seed = 1; seed <= seedsMax && !output.includes('assertion violated'); seed++) {
    output = await pan(walkMaxS, [`-RS${seed}`])
  }
  return output
}

function pan(maxS: number, flags: string[]): Promise<string> {
  return command(['timeout', '-s', 'INT', String(maxS), './pan', '-E', '-m200000', '-w24', ...flags], true)
}

async function command(parts: string[], mayFail = false): Promise<string> {
  const child = Bun.spawn(parts, { cwd: folder, stdout: 'pipe', stderr: 'pipe' })
  const output = (await new Response(child.stdout).text()) + (await new Response(child.stderr).text())
  if ((await child.exited) !== 0 && !mayFail) throw new Error(`${parts.join(' ')} failed:\n${output}`)
  return output
}

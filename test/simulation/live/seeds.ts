/** `bun test/simulation/live/seeds.ts [from] [count]`: runs seeds, prints each that fails, and what happened in all. */
import { run } from './run.ts'

const [from, count] = [Number(process.argv[2] ?? 1), Number(process.argv[3] ?? 1_000)]
if (!Number.isSafeInteger(from) || !Number.isSafeInteger(count) || count < 1) {
  console.error('Usage: bun test/simulation/live/seeds.ts [from] [count]')
  process.exit(2)
}

let failed = 0
const totals: Record<string, number> = {}
for (let seed = from; seed < from + count; seed++) {
  try {
    for (const [name, value] of Object.entries(run(seed))) totals[name] = (totals[name] ?? 0) + value
  } catch (error) {
    failed++
    console.log(`seed ${seed}: ${error instanceof Error ? error.message : String(error)}`)
  }
}
const happened = Object.entries(totals).map(([name, value]) => `${name} ${value}`)
console.log(`seeds ${count}, failed ${failed}, ${happened.join(', ')}`)
if (failed > 0) process.exitCode = 1

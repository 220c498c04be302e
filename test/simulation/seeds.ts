/** `bun test/simulation/seeds.ts [from] [count]`: runs seeds, prints each that fails, and what happened in all. */
import { run } from './run.ts'

const [from, count] = [Number(process.argv[2] ?? 1), Number(process.argv[3] ?? 1_000)]
if (!Number.isSafeInteger(from) || !Number.isSafeInteger(count) || count < 1) {
  console.error('Usage: bun test/simulation/seeds.ts [from] [count]')
  process.exit(2)
}

let failed = 0
let acknowledged = 0
let epochs = 0
let slowestMs = 0
for (let seed = from; seed < from + count; seed++) {
  try {
    const one = run(seed)
    acknowledged += one.acknowledged
    epochs += one.epochs
    slowestMs = Math.max(slowestMs, one.primaryAfterMs)
  } catch (error) {
    failed++
    console.log(`seed ${seed}: ${error instanceof Error ? error.message : String(error)}`)
  }
}
console.log(
  `seeds ${count}, failed ${failed}, acknowledged ${acknowledged}, epochs ${epochs}, slowest primary after healing ${Math.round(slowestMs)} ms`,
)
if (failed > 0) process.exitCode = 1

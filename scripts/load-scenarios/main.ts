/**
 * `./scripts/load <scenario>… [--rate N] [--capsules N] [--seconds N] [--site FOLDER] [--keep]`: starts the binary on loopback, runs the
 * mix by k6, and writes dist/load/<scenario>.html and .json. `drill` runs all of them, one after the other whatever
 * comes of them, and prints each indicator beside its target.
 * `--site` is a folder that is filled once and kept; `--keep` makes the figures the ones that later runs are compared with.
 */
import { mkdirSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { freePort } from '../../test/binary/server.ts'
import { remove, temporaryFolder } from '../benchmarks/servers.ts'
import { type End, isBad, planOf, summary } from './drill.ts'
import { type LoadReport, reportHtml } from './report.ts'
import { committedPath, runScenario } from './run.ts'
import { baseRate, scenarios } from './scenarios.ts'
import { openSite } from './site.ts'

const capsulesDefault = 100_000

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rate: { type: 'string' },
    capsules: { type: 'string' },
    seconds: { type: 'string' },
    site: { type: 'string' },
    keep: { type: 'boolean' },
  },
})
const isDrill = positionals.includes('drill')
const names = isDrill ? Object.keys(scenarios) : positionals
const unknown = names.find((name) => scenarios[name] === undefined)
if (unknown !== undefined || names.length === 0) {
  console.error(`There is no scenario ${unknown ?? ''}: ${Object.keys(scenarios).join(', ')}, drill.`)
  process.exit(2)
}
const folder = values.site === undefined ? temporaryFolder() : resolve(values.site)
const ends: End[] = []
if (isDrill && values.seconds === undefined) console.log(planOf(names))
try {
  for (const name of names) ends.push(await one(name))
} finally {
  if (values.site === undefined) remove(folder)
}
if (ends.length > 1) console.log(summary(ends))
if (ends.some(isBad)) process.exitCode = 1

/** One that could not be run is told of at the end, and does not keep the others from running. */
async function one(name: string): Promise<End> {
  try {
    const report = await run(name)
    print(report)
    return { name, proofs: report.proofs }
  } catch (error) {
    const fault = error instanceof Error ? error.message : String(error)
    console.error(`\n${name} could not be run: ${fault}`)
    return { name, fault }
  }
}

async function run(name: string): Promise<LoadReport> {
  const scenario = scenarios[name]
  if (scenario === undefined) throw new Error('there is no such scenario.')
  const port = freePort()
  const site = await openSite(folder, port, Number(values.capsules ?? scenario.capsules ?? capsulesDefault))
  const rate = Number(values.rate ?? scenario.rate ?? baseRate)
  const seconds = values.seconds === undefined ? undefined : Number(values.seconds)
  const report = await runScenario({ name, scenario, folder, port, site, rate, seconds })
  mkdirSync('dist/load', { recursive: true })
  await Bun.write(`dist/load/${name}.json`, `${JSON.stringify(report, null, 1)}\n`)
  await Bun.write(`dist/load/${name}.html`, reportHtml(report))
  // Of the moments nothing is compared: they stay out of the repository.
  if (values.keep === true) {
    const kept = { ...report, moments: [], before: [], client: { metrics: {} } }
    await Bun.write(committedPath(name), `${JSON.stringify(kept, null, 2)}\n`)
  }
  return report
}

function print({ name, about, rate, requests, microseconds, ratio, proofs }: LoadReport): void {
  console.log(`\n${name}: ${about} Base rate ${rate}/s.`)
  for (const { what, target, measured, met } of proofs) {
    console.log(`${met ? '✓' : '✗'} ${what.padEnd(52)} ${measured.padStart(30)}   ${target}`)
  }
  console.log(`${requests} requests, ${microseconds.toFixed(0)} µs CPU each, ${ratio.toFixed(2)} × the calibration`)
  console.log(`dist/load/${name}.html`)
}

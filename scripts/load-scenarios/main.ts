/**
 * `./scripts/load <scenario>… [--rate N] [--capsules N] [--seconds N] [--site FOLDER] [--keep]`: starts the binary on loopback, runs the
 * mix by k6, and writes dist/load/<scenario>.html and .json. `drill` runs all of them and prints each indicator beside its target.
 * `--site` is a folder that is filled once and kept; `--keep` makes the figures the ones that later runs are compared with.
 */
import { mkdirSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { freePort } from '../../test/binary/server.ts'
import { remove, temporaryFolder } from '../benchmarks/servers.ts'
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
const names = positionals.includes('drill') ? Object.keys(scenarios) : positionals
const unknown = names.find((name) => scenarios[name] === undefined)
if (unknown !== undefined || names.length === 0) {
  console.error(`There is no scenario ${unknown ?? ''}: ${Object.keys(scenarios).join(', ')}, drill.`)
  process.exit(2)
}
const folder = values.site === undefined ? temporaryFolder() : resolve(values.site)
try {
  for (const name of names) await one(name)
} finally {
  if (values.site === undefined) remove(folder)
}

async function one(name: string): Promise<void> {
  const scenario = scenarios[name]
  if (scenario === undefined) return
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
  print(report)
  if (report.proofs.some(({ met }) => !met)) process.exitCode = 1
}

function print({ name, about, rate, requests, microseconds, ratio, proofs, moments }: LoadReport): void {
  console.log(`\n${name}: ${about} Base rate ${rate}/s.`)
  for (const { what, target, measured, met } of proofs) {
    console.log(`${met ? '✓' : '✗'} ${what.padEnd(52)} ${measured.padStart(30)}   ${target}`)
  }
  console.log(`${requests} requests, ${microseconds.toFixed(0)} µs CPU each, ${ratio.toFixed(2)} × the calibration`)
  const last = moments.at(-1)
  if (last !== undefined && name === 'breakpoint')
    console.log(`ended at ${last.perSecond.toFixed(0)} requests a second`)
  console.log(`dist/load/${name}.html`)
}

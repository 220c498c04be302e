/** `./scripts/test [suite…]`: every check and test; the last line counts them all. A suite that ran nothing is a failure. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

interface Suite {
  readonly name: string
  readonly command: (report: string) => string[]
  /** Runs only when it is asked for by name. */
  readonly onDemand?: boolean
}

const bun = process.execPath
/** A test that hangs is ended; how fast a machine is decides nothing. */
const testMsMax = 300_000
const tests = (name: string, ...paths: string[]): Suite => ({
  name,
  command: (report) => [
    bun,
    'test',
    ...paths,
    `--timeout=${testMsMax}`,
    '--reporter=junit',
    `--reporter-outfile=${report}`,
  ],
})

/** Of the cluster's tests those that need nothing of the system. */
const pure = ['checker', 'fly-proxy', 'nemesis'].map((name) => `./test/cluster/${name}.test.ts`)
const laboratory = ['lab', 'node', 'uploads', 'shapes', 'chaos', 'faults'].map(
  (name) => `./test/cluster/${name}.test.ts`,
)
const suites: readonly Suite[] = [
  { name: 'check', command: () => [bun, 'scripts/check.ts'] },
  tests(
    'unit',
    './src',
    './modules',
    './scripts',
    './test/contract',
    './test/simulation',
    ...pure,
    './test/boundaries.test.ts',
    './test/tidy.test.ts',
    './test/schema.test.ts',
    './test/image.test.ts',
  ),
  tests('crash', './test/crash'),
  tests('media', './test/media'),
  tests('ai', './test/ai'),
  tests('binary', './test/binary'),
  tests('e2e', './test/e2e'),
  { name: 'model', command: () => [bun, 'scripts/model.ts'] },
  // A real Prometheus, which Debian has.
  tests('observability', './test/observability/prometheus.test.ts'),
  // Needs Go and three minutes the first time: nobody else's test asks for Go. The receiver of the unit tests checks the same bytes.
  { ...tests('collector', './test/observability/collector.test.ts'), onDemand: true },
  // Needs root, FUSE, network namespaces and Go (LiteFS is built once, in two minutes); where these are missing it fails.
  tests('cluster', ...laboratory),
]

const wanted = process.argv.slice(2)
const unknown = wanted.find((name) => !suites.some((suite) => suite.name === name))
if (unknown !== undefined) {
  console.error(`There is no suite ${unknown}: ${suites.map((suite) => suite.name).join(', ')}.`)
  process.exit(2)
}

const total = { passed: 0, failed: 0 }
const folder = mkdtempSync(join(tmpdir(), 'encapsify-test-'))
try {
  for (const suite of suites.filter(({ name, onDemand }) =>
    wanted.length === 0 ? onDemand !== true : wanted.includes(name),
  )) {
    const { passed, failed } = await run(suite)
    console.log(`${suite.name}: ${passed} passed, ${failed} failed\n`)
    total.passed += passed
    total.failed += failed
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
console.log(`${total.passed} passed, ${total.failed} failed`)
if (total.failed > 0) process.exitCode = 1

async function run(suite: Suite): Promise<{ passed: number; failed: number }> {
  const report = join(folder, `${suite.name}.xml`)
  const child = Bun.spawn(suite.command(report), { stdout: 'inherit', stderr: 'inherit' })
  const code = await child.exited
  if (suite.name === 'check' || suite.name === 'model') {
    const { passed, failed } = JSON.parse(readFileSync(`dist/${suite.name}.json`, 'utf8')) as {
      passed: number
      failed: number
    }
    return { passed, failed: Math.max(failed, code === 0 ? 0 : 1) }
  }
  const root =
    /<testsuites[^>]*>/.exec(
      await Bun.file(report)
        .text()
        .catch(() => ''),
    )?.[0] ?? ''
  const count = (name: string) => Number(new RegExp(`\\b${name}="(\\d+)"`).exec(root)?.[1] ?? 0)
  const failed = count('failures') + count('skipped')
  const passed = count('tests') - failed
  // A crash outside of a test, or a suite that found none, must not look like success.
  return { passed, failed: failed === 0 && (code !== 0 || passed === 0) ? 1 : failed }
}

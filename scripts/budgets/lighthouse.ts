import { join } from 'node:path'
import { type Static, Type } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import { lighthouse as tool } from '../tools.ts'
import { type Budgets, percentile } from './budgets.ts'

const runs = 3
const categories = ['performance', 'accessibility', 'best-practices'] as const
const score = Type.Object({ score: Type.Union([Type.Number(), Type.Null()]) })
const audited = Type.Object({
  categories: Type.Object({ performance: score, accessibility: score, 'best-practices': score }),
  audits: Type.Record(
    Type.String(),
    Type.Object({
      title: Type.String(),
      score: Type.Union([Type.Number(), Type.Null()]),
      scoreDisplayMode: Type.String(),
    }),
  ),
})
type Audited = Static<typeof audited>

/** Lighthouse as it judges a page for phones: the median of its speed, the worst of everything else. */
export async function lighthouse(budgets: Budgets, url: string, folder: string): Promise<void> {
  const program = await tool()
  if (program === undefined) return console.log('lighthouse: not run, for it takes npm and node')
  const all: Audited[] = []
  for (let run = 0; run < runs; run++) all.push(await audit(program, url, join(folder, `lighthouse-${run}.json`)))
  const of = (name: (typeof categories)[number]) => all.map((one) => 100 * (one.categories[name].score ?? 0))
  budgets.report('lighthousePerformance', percentile(of('performance'), 0.5), of('performance').join(', '))
  budgets.report('lighthouseAccessibility', Math.min(...of('accessibility')))
  budgets.report('lighthouseBestPractices', Math.min(...of('best-practices')))
  const faults = Object.values(all.at(-1)?.audits ?? {}).filter(
    (one) => one.score !== null && one.score < 0.9 && ['binary', 'numeric'].includes(one.scoreDisplayMode),
  )
  for (const { title, score: given } of faults) console.log(`  lighthouse, ${given}: ${title}`)
}

async function audit(program: string, url: string, report: string): Promise<Audited> {
  const chromium =
    '--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync'
  const child = Bun.spawn(
    [
      'node',
      program,
      url,
      '--quiet',
      '--output=json',
      `--output-path=${report}`,
      `--only-categories=${categories.join()}`,
      `--chrome-flags=${chromium}`,
    ],
    { env: { ...Bun.env, CHROME_PATH: '/usr/bin/chromium' }, stdout: 'inherit', stderr: 'inherit' },
  )
  if ((await child.exited) !== 0) throw new Error('Lighthouse failed.')
  const read: unknown = await Bun.file(report).json()
  if (Value.Check(audited, read)) return read
  const [fault] = Value.Errors(audited, read)
  throw new Error(`Lighthouse’s report ${fault?.path}: ${fault?.message}`)
}

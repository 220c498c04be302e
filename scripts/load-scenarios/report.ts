import type { Summary } from './client.ts'

export interface Indicator {
  readonly name: string
  readonly title: string
  readonly target: string
  readonly share: number
  readonly good: number
  readonly bad: number
}

/** Something that has to hold, beside what was measured. */
export interface Proof {
  readonly what: string
  readonly target: string
  readonly measured: string
  readonly met: boolean
}

/** One look during the run. */
export interface Moment {
  readonly atS: number
  /** Answered since the warm-up. */
  readonly requests: number
  readonly perSecond: number
  readonly faults: number
  readonly cores: number
  readonly rssMiB: number
  /** Objective → the share that was good since the look before; null: nothing was seen. */
  readonly good: Readonly<Record<string, number | null>>
}

export interface LoadReport {
  readonly name: string
  readonly about: string
  readonly rate: number
  readonly capsules: number
  readonly atMs: number
  readonly requests: number
  readonly indicators: readonly Indicator[]
  readonly calibration: { readonly perSecond: number; readonly microseconds: number }
  /** CPU of the server a request. */
  readonly microseconds: number
  readonly ratio: number
  /** The ratio of the run that is committed; null: none is. */
  readonly committed: number | null
  readonly moments: readonly Moment[]
  /** What k6 saw: on shared cores its latencies hold its own waiting too. */
  readonly client: Summary
  readonly proofs: readonly Proof[]
  /** Of the run that is committed, to be shown beside; empty: none is. */
  readonly before: readonly Proof[]
}

const width = 640
const height = 120

/** A page of its own, without anything from outside. */
export function reportHtml(report: LoadReport): string {
  const { name, about, rate, capsules, moments, proofs } = report
  const missed = proofs.filter(({ met }) => !met)
  const charts = [
    chart('Requests a second', moments, ({ perSecond }) => perSecond),
    chart('Faults a second', moments, ({ faults }) => faults),
    chart('API within 20 ms, %', moments, ({ good }) => percent(good['api-latency'])),
    chart('Pages within 5 ms, %', moments, ({ good }) => percent(good['page-latency'])),
    chart('Cores', moments, ({ cores }) => cores),
    chart('Resident memory, MiB', moments, ({ rssMiB }) => rssMiB),
  ]
  const earlier = new Map(report.before.map(({ what, measured }) => [what, measured]))
  const proofRows = proofs.map(
    ({ what, target, measured, met }) =>
      `<tr><th scope="row">${Bun.escapeHTML(what)}</th><td>${Bun.escapeHTML(target)}</td><td>${Bun.escapeHTML(measured)}</td><td>${Bun.escapeHTML(earlier.get(what) ?? '–')}</td><td>${met ? 'met' : 'missed'}</td></tr>`,
  )
  const rows = report.indicators.map(({ title, target, good, bad, share }) => {
    const seen = good + bad
    const met = seen === 0 ? '–' : good / seen >= share ? 'met' : 'missed'
    return `<tr><th scope="row">${title}</th><td>${target}</td><td>${seen === 0 ? '–' : `${((good / seen) * 100).toFixed(3)} %`}</td><td>${seen}</td><td>${met}</td></tr>`
  })
  const clients = Object.entries(report.client.metrics).filter(([metric]) => metric.startsWith('http_req_duration{'))
  const clientRows = clients.map(([metric, values]) => {
    const cell = (stat: string) => `<td>${typeof values[stat] === 'number' ? values[stat].toFixed(1) : '–'}</td>`
    return `<tr><th scope="row">${/kind:(\w+)/.exec(metric)?.[1] ?? metric}</th>${['med', 'p(95)', 'p(99)', 'max'].map(cell).join('')}</tr>`
  })
  const compared = report.committed === null ? 'none is committed' : `committed ${report.committed.toFixed(2)} ×`
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>Load: ${name}</title>
<style>body{font:16px/1.5 system-ui;margin:2rem auto;max-width:720px;padding:0 1rem;color-scheme:light dark}table{border-collapse:collapse;width:100%}th,td{text-align:start;padding:6px 12px 6px 0;border-bottom:1px solid #8884;font-variant-numeric:tabular-nums}svg{width:100%;height:auto}path{fill:none;stroke:#46c;stroke-width:1.5}figure{margin:1.5rem 0}</style>
<h1>Load: ${name}</h1><p>${about} Base rate ${rate}/s, ${capsules} capsules, ${new Date(report.atMs).toISOString()}.</p>
<p><strong>${missed.length === 0 ? 'Everything that had to hold held.' : `Missed: ${missed.map(({ what }) => Bun.escapeHTML(what)).join('; ')}`}</strong></p>
<table><caption>What had to hold</caption><thead><tr><th scope="col">What</th><th scope="col">Target</th><th scope="col">Measured</th><th scope="col">Committed</th><th scope="col"></th></tr></thead><tbody>${proofRows.join('')}</tbody></table>
<table><caption>Indicators, measured by the server</caption><thead><tr><th scope="col">What</th><th scope="col">Target</th><th scope="col">Good</th><th scope="col">Seen</th><th scope="col"></th></tr></thead><tbody>${rows.join('')}</tbody></table>
<p>${report.requests} requests, ${report.microseconds.toFixed(0)} µs of CPU each: ${report.ratio.toFixed(2)} × the calibration (${report.calibration.microseconds.toFixed(1)} µs, ${Math.round(report.calibration.perSecond)}/s); ${compared}.</p>
${charts.join('\n')}
<table><caption>Milliseconds, measured by the client on the same cores</caption><thead><tr><th scope="col">Kind</th><th scope="col">median</th><th scope="col">p95</th><th scope="col">p99</th><th scope="col">longest</th></tr></thead><tbody>${clientRows.join('')}</tbody></table></html>
`
}

function percent(share: number | null | undefined): number | null {
  return share === null || share === undefined ? null : share * 100
}

function chart(title: string, moments: readonly Moment[], read: (moment: Moment) => number | null): string {
  const points = moments.flatMap((moment) => {
    const value = read(moment)
    return value === null ? [] : [{ atS: moment.atS, value }]
  })
  const top = Math.max(...points.map(({ value }) => value), 1e-9)
  const end = Math.max(...points.map(({ atS }) => atS), 1)
  const path = points
    .map(
      ({ atS, value }, at) =>
        `${at === 0 ? 'M' : 'L'}${((atS / end) * width).toFixed(1)} ${(height - (value / top) * (height - 8)).toFixed(1)}`,
    )
    .join('')
  const last = points.at(-1)?.value
  const words = `${title}: at most ${top.toFixed(1)}${last === undefined ? '' : `, in the end ${last.toFixed(1)}`}`
  return `<figure><figcaption>${words}, over ${Math.round(end)} s</figcaption><svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${words}"><path d="${path}"/></svg></figure>`
}

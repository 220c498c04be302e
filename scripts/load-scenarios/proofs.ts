import { objectives } from '../../src/observability/slo/objectives.ts'
import type { CanaryFigures } from './canary.ts'
import type { ClientFigures } from './client.ts'
import type { Indicator, Moment, Proof } from './report.ts'
import { type Bar, missionRate } from './scenarios.ts'

/** More CPU a request than in the committed run, each beside its own calibration. */
export const regressionMax = 1.15
const shedMsMax = 100
const spikePageMsMax = 100
/** Of a million mixed requests, for each hundred thousand. */
const growthMbMax = 1
const wrongShareMax = 0.0001
const looksBefore = 5
const limiting = ['api-latency', 'page-latency']

export interface Facts {
  readonly indicators: readonly Indicator[]
  /** What was good and bad once the spike was over for five seconds. */
  readonly settled: readonly Indicator[]
  readonly client: ClientFigures
  readonly canary: CanaryFigures
  readonly moments: readonly Moment[]
  readonly ratio: number
  /** Of the run that is committed; absent: none is. */
  readonly committed: number | undefined
}

/** Each thing that has to hold in this scenario, with what was measured. */
export function proofsOf(bar: Bar, facts: Facts): Proof[] {
  const { indicators, settled, client, canary, ratio, committed } = facts
  const proofs: Proof[] = []
  if (bar === 'objectives') proofs.push(...indicators.map(proofOf), heard(client))
  // The cores are full on purpose: how long answers take says nothing.
  if (bar === 'memory') proofs.push(...indicators.filter(({ name }) => !name.endsWith('-latency')).map(proofOf))
  if (bar === 'shedding' || bar === 'spike') {
    proofs.push(...indicators.filter(({ name }) => name === 'hit-rate' || name === 'availability').map(proofOf))
  }
  if (bar === 'shedding' || bar === 'spike') proofs.push(...shedding(canary, client))
  if (bar === 'spike') {
    proofs.push({
      what: 'Pages from memory in the spike, p99',
      target: `≤ ${spikePageMsMax} ms`,
      measured: `${canary.pageP99Ms.toFixed(1)} ms of ${canary.pages}`,
      met: canary.pages > 0 && canary.pageP99Ms <= spikePageMsMax,
    })
    const latencies = settled.filter(({ name }) => name === 'page-latency' || name === 'api-latency')
    proofs.push(...latencies.map((one) => ({ ...proofOf(one), what: `${one.title}, five seconds after the spike` })))
  }
  if (bar === 'limit') proofs.push(limit(facts.moments))
  else proofs.push(wrongAnswers(client))
  if (bar === 'memory') proofs.push(memory(facts.moments))
  if (committed !== undefined) {
    proofs.push({
      what: 'CPU a request ÷ calibration',
      target: `≤ ${regressionMax} × the committed ${committed.toFixed(2)}`,
      measured: ratio.toFixed(2),
      met: ratio <= committed * regressionMax,
    })
  }
  return proofs
}

export function proofOf({ title, target, good, bad, share }: Indicator): Proof {
  const seen = good + bad
  return {
    what: title,
    target,
    measured: seen === 0 ? 'nothing seen' : `${((good / seen) * 100).toFixed(3)} % of ${seen}`,
    // What nobody saw is not proven.
    met: seen > 0 && good / seen >= share,
  }
}

function shedding({ shed, shedP99Ms, shedMute }: CanaryFigures, client: ClientFigures): Proof[] {
  const mute = shedMute + client.shedMute
  return [
    {
      what: 'Refusals (503, 429), p99',
      target: `≤ ${shedMsMax} ms`,
      measured: shed === 0 ? 'none was needed' : `${shedP99Ms.toFixed(1)} ms of ${shed}`,
      met: shed === 0 || shedP99Ms <= shedMsMax,
    },
    { what: 'Refusals without Retry-After', target: '0', measured: String(mute), met: mute === 0 },
  ]
}

function heard({ totals }: ClientFigures): Proof {
  return {
    what: 'Totals that visitors who watch were told',
    target: '> 0',
    measured: String(totals),
    met: totals > 0,
  }
}

function wrongAnswers({ wrong, requests }: ClientFigures): Proof {
  return {
    what: 'Answers that are neither right nor a refusal',
    target: '< 0.01 %',
    measured: `${wrong} of ${requests}`,
    met: requests > 0 && wrong / requests < wrongShareMax,
  }
}

function memory(moments: readonly Moment[]): Proof {
  const growth = growthMb(moments)
  return {
    what: 'Resident memory, growth for each 100,000 requests',
    target: `< ${growthMbMax} MB`,
    measured: `${growth.toFixed(2)} MB over ${moments.at(-1)?.requests ?? 0} requests`,
    met: growth < growthMbMax,
  }
}

/** The slope of the line through all looks (least squares): one collection more or less at the end decides nothing. */
export function growthMb(moments: readonly Pick<Moment, 'requests' | 'rssMiB'>[]): number {
  const count = Math.max(moments.length, 1)
  const meanX = moments.reduce((sum, { requests }) => sum + requests, 0) / count
  const meanY = moments.reduce((sum, { rssMiB }) => sum + rssMiB, 0) / count
  let [above, below] = [0, 0]
  for (const { requests, rssMiB } of moments) {
    above += (requests - meanX) * (rssMiB - meanY)
    below += (requests - meanX) ** 2
  }
  return below === 0 ? 0 : (above / below) * 100_000 * 1.048576
}

function limit(moments: readonly Moment[]): Proof {
  const { perSecond, missed } = carried(moments)
  return {
    what: 'Requests a second before an objective was missed',
    target: `≥ ${missionRate} (the mission’s rate)`,
    measured: `${Math.round(perSecond)} (${missed.length === 0 ? 'none was missed' : missed.join(', ')})`,
    met: perSecond >= missionRate,
  }
}

/** The most that was answered in a look before the one that missed, and what that one missed. */
export function carried(moments: readonly Moment[]): {
  readonly perSecond: number
  readonly missed: readonly string[]
} {
  let perSecond = 0
  for (const [at, moment] of moments.entries()) {
    const missed = missedOf(moment, at)
    if (missed.length > 0) return { perSecond, missed }
    perSecond = Math.max(perSecond, moment.perSecond)
  }
  return { perSecond, missed: [] }
}

/** What ends a run that looks for the limit; the first seconds, in which little was seen, say nothing. */
export function missedOf({ good }: Pick<Moment, 'good'>, at: number): string[] {
  return at > looksBefore ? limiting.filter((objective) => isMissed(good, objective)) : []
}

function isMissed(good: Moment['good'], objective: string): boolean {
  const share = good[objective]
  return share !== null && share !== undefined && share < (objectives.find((one) => one.name === objective)?.share ?? 0)
}

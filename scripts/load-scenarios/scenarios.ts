/** A part of a scenario: the rate moves to its target in so many seconds. */
export interface Stage {
  /** Requests a second, as a share of the base rate. */
  readonly target: number
  readonly seconds: number
}

/** What must hold besides the standing of the objectives. */
export type Bar =
  /** Every objective. */
  | 'objectives'
  /** Hit rate and availability, and no fault that is not a refusal. */
  | 'shedding'
  /** What the spike must do to those who come, and what stands again five seconds after it. */
  | 'spike'
  /** Resident memory, and every objective but latencies. */
  | 'memory'
  /** How much is carried before an objective is missed. */
  | 'limit'

export interface Scenario {
  readonly about: string
  /** Before anything counts: the cache is filled, the code is compiled. */
  readonly warmUpS: number
  readonly stages: readonly Stage[]
  readonly bar: Bar
  /** Requests a second when `--rate` says nothing. */
  readonly rate?: number
  /** How many capsules there are when `--capsules` says nothing. */
  readonly capsules?: number
  /** Ends the run at the first objective that is missed. */
  readonly stopsWhenMissed?: boolean
  /** Ends the run after so many answers: a quick machine is done earlier, a slow one gives as many. */
  readonly requests?: number
}

/** Requests a second: 1 M a day × 10. Five times it is the mission's 1 M a day × 50. */
export const baseRate = 120

/** The mission's 1 M a day × 50. */
export const missionRate = baseRate * 5

/** A new rate is there after that long. */
const rampS = 5
const steady = (target: number, seconds: number): Stage[] => [
  { target, seconds: rampS },
  { target, seconds },
]

/** About that long 30,000 pages are opened and the machine is calibrated. */
const besidesS = 20

/** How long the spike is, and what comes before and after it. */
export const spike = { beforeS: 15, riseS: 1, heldS: 10, fallS: 1, settleS: 5, afterS: 20 } as const

/** The names are those of the requirements. */
export const scenarios: Readonly<Record<string, Scenario>> = {
  baseline: { about: 'The base rate for a minute.', warmUpS: 30, stages: steady(1, 60), bar: 'objectives' },
  peak: { about: 'Twice the base rate for a minute.', warmUpS: 30, stages: steady(2, 60), bar: 'objectives' },
  stress: { about: 'Five times the base rate for a minute.', warmUpS: 30, stages: steady(5, 60), bar: 'shedding' },
  spike: {
    about: 'The mission’s rate, ten times as much for ten seconds, and the mission’s rate again.',
    warmUpS: 30,
    rate: missionRate,
    stages: [
      ...steady(1, spike.beforeS - rampS),
      { target: 10, seconds: spike.riseS },
      { target: 10, seconds: spike.heldS },
      { target: 1, seconds: spike.fallS },
      { target: 1, seconds: spike.settleS + spike.afterS },
    ],
    bar: 'spike',
  },
  sustained: {
    about: 'Five times the base rate for ten minutes.',
    warmUpS: 20,
    stages: steady(5, 595),
    bar: 'objectives',
  },
  soak: {
    about: 'A million requests as quickly as two cores like to answer them; `--seconds 86400 --rate 120` lasts a day.',
    // SQLite's caches (32 MiB of the writer, 16 MiB of the reader, a shard) fill up once: that is no growth.
    warmUpS: 240,
    rate: 2_400,
    capsules: 2_000,
    stages: steady(1, 895),
    requests: 1_000_000,
    bar: 'memory',
  },
  breakpoint: {
    about: 'More and more until an objective is missed.',
    warmUpS: 30,
    stages: [{ target: 30, seconds: 180 }],
    bar: 'limit',
    stopsWhenMissed: true,
  },
}

/** How long a scenario asks, its warm-up included, and what visiting the pages, calibrating and starting take on top. */
export function secondsOf({ warmUpS, stages }: Scenario): number {
  return besidesS + warmUpS + stages.reduce((sum, { seconds }) => sum + seconds, 0)
}

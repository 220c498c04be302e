/** A part of a scenario: the rate moves to its target in so many seconds. */
export interface Stage {
  readonly target: number
  readonly seconds: number
}

export interface Scenario {
  readonly about: string
  /** Requests a second, as shares of the base rate. */
  readonly stages: readonly Stage[]
  /** Whether every objective must be met, or only what must hold when it is too much. */
  readonly bar: 'objectives' | 'shedding' | 'none'
  /** Ends the run at the first objective that is missed. */
  readonly stopsWhenMissed?: boolean
}

const steady = (target: number, seconds: number): Stage[] => [
  { target, seconds: 5 },
  { target, seconds },
]

/** The names are those of the requirements. */
export const scenarios: Readonly<Record<string, Scenario>> = {
  baseline: { about: 'The base rate for a minute.', stages: steady(1, 60), bar: 'objectives' },
  peak: { about: 'Twice the base rate for a minute.', stages: steady(2, 60), bar: 'objectives' },
  stress: { about: 'Five times the base rate for a minute.', stages: steady(5, 60), bar: 'shedding' },
  spike: {
    about: 'The base rate, ten times as much for ten seconds, and the base rate again.',
    stages: [
      ...steady(1, 15),
      { target: 10, seconds: 1 },
      { target: 10, seconds: 10 },
      { target: 1, seconds: 1 },
      { target: 1, seconds: 20 },
    ],
    bar: 'shedding',
  },
  sustained: { about: 'Five times the base rate for ten minutes.', stages: steady(5, 600), bar: 'objectives' },
  soak: { about: 'The base rate for 24 hours.', stages: steady(1, 86_400), bar: 'objectives' },
  breakpoint: {
    about: 'More and more until an objective is missed.',
    stages: [{ target: 30, seconds: 180 }],
    bar: 'none',
    stopsWhenMissed: true,
  },
}

/** Requests a second: 1 M a day × 10. Five times it is the mission's 1 M a day × 50. */
export const baseRate = 120

/** The limits of analytics; each is named here and answered where it is met. */
export const analyticsLimits = {
  /** One beacon. */
  beaconBytesMax: 8 * 1_024,
  actsPerBeaconMax: 20,
  /** Beacons that wait in memory for the writer; past it they are dropped and counted. */
  waitingMax: 50_000,
  /** Beacons a write: some milliseconds of the writer's time. */
  beaconsPerWriteMax: 100,
  /** Writes under way at once, so that a flood of beacons keeps no answer of a visitor waiting. */
  writesAtOnceMax: 4,
  flushEveryMs: 250,
  /** A whole event hall can sit behind one address, and each in it tells something every fifteen seconds. */
  beaconsPerAddress: { name: 'visits', attemptsMax: 20_000, windowS: 10 },
  /** Silence after which somebody who comes back is on another visit. */
  visitGapMs: 30 * 60_000,
  /** Silence after which somebody is not there any more; a page that is seen tells something every fifteen seconds. */
  hereMs: 60_000,
  /** Of one showing of a page. */
  viewMsMax: 3_600_000,
  eventsPerViewMax: 200,
  pagesPerVisitMax: 100,
  /** Earlier visits of those that look the same that are looked at. */
  alikeMax: 200,
  /** Sources and campaigns of a capsule that a day tells apart; the rest is one. */
  valuesPerDayMax: 300,
  /** No person shows so many pages in a minute, or in one visit. */
  viewsPerMinuteMax: 40,
  viewsPerVisitMax: 400,
  /** A team with tabs that nobody closes: a hundred of one person are none too many. */
  ownersPerCapsuleMax: 200,
  ownersPerNodeMax: 1_000,
  shownLiveMax: 100,
} as const

/** What is told where a day has more values than it tells apart. */
export const otherValue = '…'

/** How long rollups are kept. Raw visits are kept as long as the organization wants. */
export const rollupDays = { minute: 2, hour: 92, day: 760 } as const
export const settingDefaults = { retentionDays: 180, hotScore: 60 } as const
export const retentionDaysMax = 730

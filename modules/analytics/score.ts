/** What a visit shows of somebody's interest. */
export interface Shown {
  /** Visible time, in milliseconds. */
  readonly ms: number
  /** Different pages. */
  readonly pages: number
  readonly answers: number
  readonly chats: number
  readonly clicks: number
}

/**
 * How much a visit shows of interest, 0 to 100: what it showed, each part with a bound of its own, so that no single habit
 * makes a lead.
 *
 *     time      1 point a 6 s of visible time            at most 30 (3 minutes)
 *     pages     5 points a page after the first          at most 20
 *     answers   15 points each                           at most 30
 *     chat      10 points a question                     at most 20
 *     links     15 points, once one was followed
 *
 * Time counts only while the page is seen, and stops counting after three minutes: beyond, an open tab tells no more
 * (time on page as a measure of attention, and where it saturates: Yi et al., "Beyond Clicks: Dwell Time for
 * Personalization", RecSys 2014). What costs the visitor something, an answer or a question, weighs more than what costs
 * nothing. The parts add up to 115 and are cut at 100: nobody has to do everything.
 */
export function scoreOf({ ms, pages, answers, chats, clicks }: Shown): number {
  const time = Math.min(30, Math.floor(ms / 6_000))
  const further = Math.min(20, 5 * Math.max(0, pages - 1))
  return Math.min(
    100,
    time + further + Math.min(30, 15 * answers) + Math.min(20, 10 * chats) + Math.min(15, 15 * clicks),
  )
}

/** Ten seconds, or a second page: so is a session called engaged in Google Analytics 4 (support.google.com/analytics/answer/12195621). */
export const engagedMs = 10_000

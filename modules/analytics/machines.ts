/**
 * Programs that say what they are, by a word of their User-Agent. Kept small: crawlers that run scripts and call themselves by a
 * name of their own are few, most hold one of these words, and what hides is found by how it behaves (operations/recording.ts).
 */
const words =
  /bot|crawl|spider|slurp|preview|fetch|monitor|headless|lighthouse|pingdom|uptime|scrap|facebookexternalhit|whatsapp|telegram|embedly|python|curl|wget|axios|okhttp|java\/|go-http|node|phantom|puppeteer|playwright|selenium/i

/** A browser says what it is; what says nothing is none. */
export function isMachine(userAgent: string | null): boolean {
  return userAgent === null || userAgent.length < 20 || words.test(userAgent)
}

import type { OrganizationId } from '../../src/db/ids.ts'
import type { Analytics, Told } from '../analytics/index.ts'
import type { DemoCapsule } from './capsules/capsule.ts'

/** What visits are given through. */
export type Visiting = Pick<Analytics, 'backfill' | 'visits'>

const days = 28
const dayMs = 86_400_000
const hourMs = 3_600_000
/** From so many of a list each is taken: the first ones more often than the last. */
const sources = ['', '', '', 'news.example', 'google.com', 'linkedin.com', 'letter', 'architects.example']
const countries = ['NO', 'NO', 'NO', 'SE', 'DE', 'DE', 'GB', 'DK', 'US', '']
const devices = ['desktop', 'desktop', 'phone', 'phone', 'phone', 'tablet'] as const
/** When people look at such things: UTC hours. */
const hours = [7, 8, 8, 9, 9, 10, 10, 11, 12, 13, 13, 14, 15, 16, 18, 19, 20, 21]
const names = ['amara@harbourlibrary.example', 'piet@aldous-joinery.example', 'ines@kontor.example']

/**
 * Four weeks of visits, so that the screen shows what it is for: the same ones each time for the same capsule, none where there are
 * any already. Weekends are quiet, and interest grows a little.
 */
export async function giveVisits(
  { backfill, visits }: Visiting,
  organizationId: OrganizationId,
  capsuleId: string,
  { slug, document, answers }: DemoCapsule,
  perDay: number,
  nowMs: number,
): Promise<void> {
  if (visits.list(capsuleId, { limit: 1 }).items.length > 0) return
  const random = numbersOf(slug)
  const one = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T
  const begins: number[] = []
  const today = Math.floor(nowMs / dayMs)
  for (let day = today - days + 1; day <= today; day++) {
    const isWeekend = [0, 6].includes(new Date(day * dayMs).getUTCDay())
    const most = perDay * (isWeekend ? 0.35 : 1) * (0.7 + (0.5 * (day - today + days)) / days)
    for (let n = 0; n < most * (0.6 + 0.8 * random()); n++) {
      const atMs = day * dayMs + one(hours) * hourMs + Math.floor(random() * hourMs)
      if (atMs < nowMs - hourMs) begins.push(atMs)
    }
  }
  const pages = document.pages.map(({ id }) => id)
  const blocks = answers.map(({ block }) => block)
  const beacons = begins
    .toSorted((one, other) => one - other)
    .flatMap((begunMs, n): Told[] => {
      const depth = 1 + Math.floor(random() ** 1.6 * pages.length)
      const isKeen = random() < 0.3
      const email = isKeen && random() < 0.2 ? one(names) : null
      const who = {
        ...{ capsuleId, visitor: hashOf(email ?? `${slug} ${n}`), email, link: '' },
        ...{ source: one(sources), campaign: random() < 0.15 ? 'winter-letter' : '', country: one(countries) },
        device: one(devices),
      }
      let atMs = begunMs
      return pages.slice(0, depth).map((page, at): Told => {
        const ms = Math.floor((isKeen ? 30_000 : 6_000) + random() * (isKeen ? 90_000 : 40_000))
        atMs += ms + 1_000
        const acts: Told['acts'] =
          isKeen && at === depth - 1 && blocks.length > 0 ? [{ n: 1, kind: 'answer', detail: one(blocks) }] : []
        if (isKeen && random() < 0.3) acts.push({ n: 2, kind: 'chat', detail: 'chat' })
        const view = `demo-${slug}-${n}-${at}`.padEnd(16, '0')
        return { ...who, view, page, from: at === 0 ? null : (pages[at - 1] ?? null), ms, gone: true, atMs, acts }
      })
    })
  await backfill(organizationId, beacons)
}

/** Like what a visitor is known by. */
function hashOf(text: string): string {
  return new Bun.CryptoHasher('sha256').update(`demo ${text}`).digest('base64url').slice(0, 20)
}

/** From 0 to below 1, the same for the same text (mulberry32). */
function numbersOf(text: string): () => number {
  let state = Bun.hash.crc32(text) | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

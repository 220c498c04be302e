import { createHash } from 'node:crypto'
import type { Found } from './deps.ts'

/**
 * What the pages of a capsule have in common, as the service worker compares it: the version, and whatever else is the same on
 * all of them. Pages of one generation may be shown after one another, those of two may not.
 * @param code of the code that renders
 */
export function generationOf({ organization, capsule }: Extract<Found, { state: 'found' }>, code: string): string {
  const shared = JSON.stringify([code, organization.slug, organization.name, capsule.slug, capsule.title])
  const hash = createHash('sha256').update(shared).digest('hex').slice(0, 12)
  return `${capsule.capsuleId}.${capsule.version}.${hash}`
}

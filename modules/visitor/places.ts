import type { Found } from './deps.ts'
import { flat } from './render/excerpt.ts'

/** The address of a capsule that was found. */
export function pathOf({ organization, capsule }: Extract<Found, { state: 'found' }>): string {
  return `/${organization.slug}/${capsule.slug}`
}

/** The page that a block stands on now. */
export function pageOf({ capsule }: Extract<Found, { state: 'found' }>, block: string): string | undefined {
  return capsule.document.pages.find((page) => [...flat(page.blocks)].some((one) => one.id === block))?.id
}

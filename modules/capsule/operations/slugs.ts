import { and, eq } from 'drizzle-orm'
import type { Tx } from '../../../src/db/operation.ts'
import { AppError } from '../../../src/errors.ts'
import { slugRedirect } from '../schema.ts'
import { capsuleBySlug } from './rows.ts'

/** Takes a slug that was asked for by name. @throws AppError conflict when another capsule has it. */
export function claimSlug(tx: Tx, organizationId: string, wanted: string, id: string): string {
  const holder = capsuleBySlug(tx, organizationId, wanted)
  if (holder !== undefined && holder.id !== id) {
    throw new AppError('conflict', `Another capsule is at "${wanted}" already.`, {
      faults: [{ pointer: '/slug', message: 'is taken' }],
    })
  }
  tx.delete(slugRedirect)
    .where(and(eq(slugRedirect.organizationId, organizationId), eq(slugRedirect.slug, wanted)))
    .run()
  return wanted
}

/** `wanted`, or with a number behind it: the first few in order, then by chance, so that a thousand namesakes cost no search. */
export function freeSlug(tx: Tx, organizationId: string, wanted: string): string {
  const isFree = (slug: string) => capsuleBySlug(tx, organizationId, slug) === undefined
  for (let n = 1; n <= 5; n++) {
    const slug = n === 1 ? wanted : `${wanted.slice(0, 60)}-${n}`
    if (isFree(slug)) return claimSlug(tx, organizationId, slug, '')
  }
  for (;;) {
    const slug = `${wanted.slice(0, 54)}-${Math.random().toString(36).slice(2, 10)}`
    if (isFree(slug)) return claimSlug(tx, organizationId, slug, '')
  }
}

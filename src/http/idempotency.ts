import { Type } from '@sinclair/typebox'
import type { OrganizationId } from '../db/ids.ts'
import { AppError } from '../errors.ts'

export const idempotencyKeyHeader = 'idempotency-key'

/** The header as OpenAPI tells of it. */
export const idempotencyHeaders = Type.Object({
  [idempotencyKeyHeader]: Type.Optional(Type.String({ description: '1 to 255 visible characters.' })),
})

/**
 * The operation id for a request's Idempotency-Key (draft-ietf-httpapi-idempotency-key-header), undefined without one. It
 * names the organization and the address too: keys of two organizations, or for two things, never meet. A repetition within
 * 24 hours answers as the first did, whatever its body.
 * @throws AppError invalid unless the key is 1 to 255 visible characters.
 */
export function operationIdOf(request: Request, organizationId: OrganizationId): string | undefined {
  const key = request.headers.get(idempotencyKeyHeader)
  if (key === null) return undefined
  if (/^[\x21-\x7e]{1,255}$/.test(key)) return `${organizationId} ${new URL(request.url).pathname} ${key}`
  const message = 'must be 1 to 255 visible characters'
  throw new AppError('invalid', `The Idempotency-Key ${message}.`, {
    faults: [{ pointer: `headers:${idempotencyKeyHeader}`, message }],
  })
}

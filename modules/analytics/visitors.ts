import { createHmac } from 'node:crypto'
import type { OrganizationId } from '../../src/db/ids.ts'

const length = 20

/**
 * Who somebody is for a day: a hash of the organization, the address and the browser's name, under the day's salt and the server's
 * secret. Whoever has the database lacks the secret, whoever has both lacks the salt of a day that is over.
 */
export function anonymousVisitor(
  secret: string,
  salt: string,
  organizationId: OrganizationId,
  address: string,
  userAgent: string,
): string {
  const hash = createHmac('sha256', secret).update(`visitor\n${salt}\n${organizationId}\n${address}\n${userAgent}`)
  return hash.digest('base64url').slice(0, length)
}

/** Who gave an address is the same on any day: that is what it was given for, and how what is known of it is found again. */
export function namedVisitor(secret: string, organizationId: OrganizationId, email: string): string {
  const hash = createHmac('sha256', secret).update(`named visitor\n${organizationId}\n${email.toLowerCase()}`)
  return hash.digest('base64url').slice(0, length)
}

import { AppError } from '../errors.ts'

/**
 * Identifiers: a prefix, then lower-case Crockford base 32.
 *
 * An organization is `org_` + 10 characters (its *short id*: 6 of time in seconds, 4 random, unique in the directory).
 * Whatever it owns is `cap_`, `ast_`, … + 9 characters of time in milliseconds + the organization's short id + 11 random
 * characters: ids sort by time, and any id alone leads to its organization, shard and cell.
 * What belongs to no organization (users, sessions) has 9 characters of time and 17 random ones.
 */
export type OrganizationId = `org_${string}`

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz'
const digits = /^[0-9a-hjkmnp-tv-z]+$/
const timeLength = 9
const shortLength = 10
const ownedLength = 30
/** 2026-01-01T00:00:00Z, where the seconds of organization ids begin: 30 bits last until 2060. */
const organizationEpochS = 1_767_225_600

/** What was drawn in the newest second that ids were made in: of a million endings a hundred meet in one of two hundred seconds. */
const drawn = { seconds: -1, endings: new Set<string>() }

/** Never the same twice in one process. */
export function newOrganizationId(nowMs: number = Date.now()): OrganizationId {
  const seconds = Math.max(0, Math.floor(nowMs / 1000) - organizationEpochS)
  if (drawn.seconds !== seconds) {
    drawn.seconds = seconds
    drawn.endings.clear()
  }
  let ending = random(4)
  while (drawn.endings.has(ending)) ending = random(4)
  drawn.endings.add(ending)
  return `org_${encode(seconds, 6)}${ending}`
}

/** An id of something that `organizationId` owns. `prefix` is three letters, by convention. */
export function newId(prefix: string, organizationId: OrganizationId, nowMs: number = Date.now()): string {
  return `${prefix}_${encode(nowMs, timeLength)}${organizationId.slice(4)}${random(11)}`
}

/** An id of something that no organization owns. */
export function newGlobalId(prefix: string, nowMs: number = Date.now()): string {
  return `${prefix}_${encode(nowMs, timeLength)}${random(17)}`
}

/**
 * The organization that an id names or belongs to.
 * @throws AppError not-found when the text is not an id of this shape: to the outside a malformed id does not exist.
 */
export function organizationOf(id: string): OrganizationId {
  const at = id.indexOf('_')
  const body = id.slice(at + 1)
  if (at > 0 && at <= 4 && digits.test(body)) {
    if (id.startsWith('org_') && body.length === shortLength) return `org_${body}`
    if (body.length === ownedLength) return `org_${body.slice(timeLength, timeLength + shortLength)}`
  }
  throw new AppError('not-found', 'There is nothing with this id.')
}

export function isOrganizationId(text: string): text is OrganizationId {
  return text.length === 4 + shortLength && text.startsWith('org_') && digits.test(text.slice(4))
}

function encode(value: number, length: number): string {
  let rest = value
  let text = ''
  for (let i = 0; i < length; i++) {
    text = alphabet[rest % 32] + text
    rest = Math.floor(rest / 32)
  }
  return text
}

function random(length: number): string {
  let text = ''
  for (const byte of crypto.getRandomValues(new Uint8Array(length))) text += alphabet[byte & 31]
  return text
}

import type { Position } from '../db/position.ts'
import { AppError } from '../errors.ts'
import { cookieOf } from '../http/cookie.ts'

const form = /^([A-Za-z0-9._-]{1,64}):(\d{1,15})\.(\d{1,15})$/
export const positionHeader = 'encapsify-position'
const cookieName = 'encapsify_position'
const cookieAgeS = 300

/** The position that a client carries: cluster, epoch and number, in a header or a cookie (G39). */
export function formatPosition(cluster: string | undefined, { epoch, number }: Position): string {
  return cluster === undefined ? `${epoch}.${number}` : `${cluster}:${epoch}.${number}`
}

/**
 * What this request must at least see; null when it carries nothing. A header that means nothing here is refused; a cookie, which a
 * browser may bring from anywhere, is passed over.
 * @throws AppError malformed
 */
export function carriedPosition(request: Request, cluster: string): Position | null {
  const header = request.headers.get(positionHeader)
  const text = header ?? cookieOf(request, cookieName)
  if (text === undefined) return null
  const [, name, epoch, number] = form.exec(text) ?? []
  if (name === cluster) return { epoch: Number(epoch), number: Number(number) }
  if (header === null) return null
  throw new AppError('malformed', `Encapsify-Position is no position of this cluster: carry what an answer brought.`)
}

/** So that a browser sees its own write, on whatever node it reads next. */
export function positionCookie(position: string): string {
  return `${cookieName}=${position}; Path=/; Max-Age=${cookieAgeS}; HttpOnly; SameSite=Lax`
}

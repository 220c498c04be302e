import type { Rendered } from '../../src/cache/pages.ts'
import { AppError } from '../../src/errors.ts'
import { problemResponse } from '../../src/http/problem.ts'
import { pageHeaders } from './headers.ts'
import { renderNotice } from './render/notice.ts'

const titles: Readonly<Partial<Record<AppError['code'], string>>> = {
  'not-found': 'There is no page here',
  gone: 'This page is no longer here',
  forbidden: 'This page is private',
  'too-large': 'This is too much',
  unavailable: 'This can’t be done just now',
  'not-confirmed': 'This can’t be done just now',
}

export const absent = () =>
  new AppError('not-found', 'The address may be mistyped, or the page is not published. Ask whoever sent it to you.')
export const ended = () => new AppError('gone', 'This link has ended. Ask whoever sent it to you for another one.')
export const gone = () => new AppError('gone', 'Its owner has archived it.')

/** An error as a page for people, or as a problem for programs that say they prefer one. */
export function refusal(error: AppError, request: Request, assets: { text(entry: string): string }): Response {
  if (prefersJson(request.headers.get('accept') ?? '')) return problemResponse(error, request, { vary: 'Accept' })
  const page = renderNotice({ title: titles[error.code] ?? 'This did not work', text: error.message }, assets)
  const headers = { ...pageHeaders(page, { kind: 'own' }), vary: 'Accept' }
  const retry = error.retryAfterS === undefined ? {} : { 'retry-after': String(error.retryAfterS) }
  return new Response(page.html, { status: error.status, headers: { ...headers, ...retry } })
}

/** What is not there, as a page for people that may be kept: the same for everybody who asks for HTML. */
export function keptRefusal(
  error: AppError,
  tags: readonly string[],
  assets: { text(entry: string): string },
): Rendered {
  const page = renderNotice({ title: titles[error.code] ?? 'This did not work', text: error.message }, assets)
  const headers = { ...pageHeaders(page, { kind: 'absent', tags }), vary: 'Accept' }
  return { body: page.html, status: error.status, kind: 'absent', headers, tags }
}

/** Whether JSON weighs more than HTML (RFC 9110, 12.5.1). Who does not care gets the page. */
export function prefersJson(accept: string): boolean {
  const weights = new Map<string, number>()
  for (const part of accept.toLowerCase().split(',')) {
    const [type = '', ...parameters] = part.split(';').map((one) => one.trim())
    const quality = parameters.find((one) => one.startsWith('q='))
    weights.set(type, quality === undefined ? 1 : Number(quality.slice(2)) || 0)
  }
  const weightOf = (...types: string[]) => weights.get(types.find((type) => weights.has(type)) ?? '') ?? 0
  const json = Math.max(weightOf('application/problem+json'), weightOf('application/json'), weightOf('application/*'))
  return json > weightOf('text/html', 'text/*', '*/*')
}

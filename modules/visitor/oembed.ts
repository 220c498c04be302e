import { AppError } from '../../src/errors.ts'
import { addressOf } from './address.ts'
import type { VisitorPages } from './pages.ts'
import { html } from './render/markup.ts'

/** What a frame is given when its page does not say; a consumer may ask for less. */
const width = 800
const height = 600
const cacheSecondsMax = 300

/**
 * oEmbed (oembed.com, 1.0) for a capsule's address: a frame that shows it.
 * @throws AppError not-found for an address that is no published capsule of ours, unauthenticated for a private one (2.3.6),
 * not-implemented for XML.
 */
export function oembed(request: Request, origin: string, pages: VisitorPages): Response {
  const asked = new URL(request.url).searchParams
  if (![null, 'json'].includes(asked.get('format'))) {
    throw new AppError('not-implemented', 'oEmbed is answered as JSON only: format=json.')
  }
  const url = asked.get('url') ?? ''
  const address = url.startsWith(`${origin}/`) ? addressOf(url.split('#')[0] ?? '') : undefined
  const found = address === undefined || !address.normal ? undefined : pages.find(address)
  if (found?.state !== 'found') throw new AppError('not-found', 'There is no capsule at this address.')
  if (pages.isPrivate(found)) {
    throw new AppError('unauthenticated', 'This capsule is private, so it is shown in no frame of others.')
  }
  const { organization, capsule } = found
  const size = { width: bounded(asked.get('maxwidth'), width), height: bounded(asked.get('maxheight'), height) }
  const page = address?.page === undefined ? '' : `?page=${encodeURIComponent(address.page)}`
  const source = `${origin}/${organization.slug}/${capsule.slug}${page}`
  const frame = html`<iframe src="${source}" width="${size.width}" height="${size.height}" title="${capsule.title}" loading="lazy" allow="fullscreen; picture-in-picture" frameborder="0"></iframe>`
  return Response.json(
    {
      version: '1.0',
      type: 'rich',
      title: capsule.title,
      author_name: organization.name,
      provider_name: 'Encapsify',
      provider_url: origin,
      cache_age: cacheSecondsMax,
      html: frame.text,
      ...size,
    },
    {
      headers: {
        'cache-control': `public, max-age=${cacheSecondsMax}`,
        'access-control-allow-origin': '*',
        'x-content-type-options': 'nosniff',
      },
    },
  )
}

function bounded(most: string | null, preferred: number): number {
  const limit = Number(most ?? preferred)
  return Number.isSafeInteger(limit) && limit > 0 ? Math.min(limit, preferred) : preferred
}

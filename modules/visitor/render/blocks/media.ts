import type { EmbedBlock, MediaBlock } from '../content.ts'
import { type BlockContext, type Picture, safeSource, safeUrl } from '../context.ts'
import { icons } from '../icons.ts'
import { html, type Markup, trusted } from '../markup.ts'
import { renderFilm, renderSound, withoutDownload } from './film.ts'

export function renderMedia(block: MediaBlock, context: BlockContext): Markup {
  const picture = uploadedPicture(block, context)
  const address = picture?.url ?? mediaAddress(block, context)
  const name = block.alt ?? block.title ?? picture?.alt ?? ''
  if (block.type === 'file' && !context.downloads)
    return html`<p class="missing" id="${block.id}">${name || 'This file'} is not offered for download.</p>`
  if (address === undefined)
    return html`<p class="missing" id="${block.id}">${name || 'This part'} can’t be shown just now.</p>`
  const caption = block.caption !== undefined && html`<figcaption>${block.caption}</figcaption>`
  return html`<figure class="${block.type}" id="${block.id}">${picture === undefined ? player(block, address, name, context) : pictureOf(picture, name, context, urgencyOf(block, context))}${caption}</figure>`
}

function player(block: MediaBlock, address: string, name: string, context: BlockContext): Markup {
  const film = block.asset === undefined ? undefined : context.film(block.asset)
  switch (block.type) {
    case 'image': {
      const size = context.imageSize(address)
      const shape = size !== undefined && html` width="${size.width}" height="${size.height}"`
      return html`<img src="${address}" alt="${name}"${shape}${urgencyOf(block, context)} decoding="async">`
    }
    case 'video':
      if (film !== undefined) return renderFilm(film, name || 'Video', context)
      return html`<video src="${address}" controls${withoutDownload(context)} playsinline preload="metadata" aria-label="${name || 'Video'}"></video>`
    case 'audio':
      if (film !== undefined) return renderSound(film, name || 'Audio', context)
      return html`<audio src="${address}" controls${withoutDownload(context)} preload="metadata" aria-label="${name || 'Audio'}"></audio>`
    case 'file': {
      const kind = /\.([a-z0-9]{1,5})$/i.exec(new URL(address, context.origin).pathname)?.[1]?.toUpperCase()
      return html`<a class="download" href="${address}" download>${icons.download}<span>${name || 'Download the file'}</span>${kind !== undefined && html` <small>${kind}</small>`}</a>`
    }
  }
}

/** How wide a picture stands on the page: the wide column, or the whole of a small screen. */
export const pictureSizes = '(min-width: 62rem) 58.5rem, 100vw'

function pictureOf(picture: Picture, name: string, { behind }: BlockContext, urgency: Markup): Markup {
  const blur = picture.blur !== undefined && html` class="${behind(picture.blur)}"`
  const sources = picture.sources.map(
    ({ type, srcset }) => html`<source type="${type}" srcset="${srcset}" sizes="${pictureSizes}">`,
  )
  return html`<picture>${sources}<img${blur} src="${picture.url}" srcset="${picture.srcset}" sizes="${pictureSizes}" alt="${name}" width="${picture.width}" height="${picture.height}"${urgency} decoding="async"></picture>`
}

function urgencyOf(block: MediaBlock, context: BlockContext): Markup {
  return trusted(block.id === context.firstImageId ? ' fetchpriority="high"' : ' loading="lazy"')
}

/** The uploaded picture that a block shows; undefined for what is no picture, or stands elsewhere. */
export function uploadedPicture(block: MediaBlock, { picture }: Pick<BlockContext, 'picture'>): Picture | undefined {
  return block.type === 'image' && block.asset !== undefined ? picture(block.asset) : undefined
}

/** Where the block's file is, or undefined when it can't be shown. */
export function mediaAddress(block: MediaBlock, { mediaUrl }: Pick<BlockContext, 'mediaUrl'>): string | undefined {
  if (block.asset !== undefined) return mediaUrl(block.asset)
  return block.src === undefined ? undefined : safeSource(block.src)
}

/**
 * A sandboxed frame. `allow-same-origin` gives a foreign site its own origin back, which players need; a frame of our own
 * origin does not get it, because with scripts it could take its sandbox off.
 */
export function renderEmbed(block: EmbedBlock, context: BlockContext): Markup {
  const url = safeUrl(block.url, ['https:'])
  if (url === undefined) return html`<p class="missing" id="${block.id}">This part can’t be shown just now.</p>`
  const host = new URL(url).hostname.replace(/^www\./, '')
  const own = new URL(url).origin === new URL(context.origin).origin
  const sandbox = `allow-scripts allow-forms allow-popups allow-presentation${own ? '' : ' allow-same-origin'}`
  return html`<figure class="embed" id="${block.id}"><iframe src="${playable(url)}" title="${block.title ?? `Content from ${host}`}" sandbox="${sandbox}" allow="fullscreen; picture-in-picture" referrerpolicy="strict-origin-when-cross-origin" loading="lazy"></iframe><figcaption><a href="${url}" rel="noopener" target="_top">Open on ${host}</a></figcaption></figure>`
}

/** The address that a frame can show, for the players whose pages refuse frames. */
function playable(address: string): string {
  const url = new URL(address)
  const host = url.hostname.replace(/^www\./, '')
  const video = host === 'youtu.be' ? url.pathname.slice(1) : host === 'youtube.com' ? url.searchParams.get('v') : null
  if (video) return `https://www.youtube-nocookie.com/embed/${encodeURIComponent(video)}`
  if (host === 'vimeo.com' && /^\/\d+$/.test(url.pathname)) return `https://player.vimeo.com/video${url.pathname}`
  return address
}

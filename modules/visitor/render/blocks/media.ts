import type { EmbedBlock, MediaBlock } from '../content.ts'
import { type BlockContext, safeUrl } from '../context.ts'
import { html, type Markup } from '../markup.ts'

export function renderMedia(block: MediaBlock, context: BlockContext): Markup {
  const address = addressOf(block, context)
  const name = block.alt ?? block.title ?? ''
  if (address === undefined) return html`<p class="missing">${name || 'This part'} can’t be shown just now.</p>`
  return html`<figure>${player(block, address, name)}${block.caption !== undefined && html`<figcaption>${block.caption}</figcaption>`}</figure>`
}

function player(block: MediaBlock, address: string, name: string): Markup {
  switch (block.type) {
    case 'image':
      return html`<img src="${address}" alt="${name}" loading="lazy" decoding="async">`
    case 'video':
      return html`<video src="${address}" controls playsinline preload="metadata" aria-label="${name || 'Video'}"></video>`
    case 'audio':
      return html`<audio src="${address}" controls preload="metadata" aria-label="${name || 'Audio'}"></audio>`
    case 'file':
      return html`<a class="file" href="${address}" download>${name || 'Download the file'}</a>`
  }
}

function addressOf(block: MediaBlock, context: BlockContext): string | undefined {
  if (block.asset !== undefined) return context.mediaUrl(block.asset)
  return block.src === undefined ? undefined : safeUrl(block.src, ['https:'])
}

/**
 * A sandboxed frame. `allow-same-origin` gives a foreign site its own origin back, which players need; a frame of our own
 * origin does not get it, because with scripts it could take its sandbox off.
 */
export function renderEmbed(block: EmbedBlock, context: BlockContext): Markup {
  const url = safeUrl(block.url, ['https:'])
  if (url === undefined) return html`<p class="missing">This part can’t be shown just now.</p>`
  const host = new URL(url).hostname.replace(/^www\./, '')
  const own = new URL(url).origin === new URL(context.origin).origin
  const sandbox = `allow-scripts allow-forms allow-popups allow-presentation${own ? '' : ' allow-same-origin'}`
  return html`<figure class="embed"><iframe src="${playable(url)}" title="${block.title ?? `Content from ${host}`}" sandbox="${sandbox}" allow="fullscreen; picture-in-picture" referrerpolicy="strict-origin-when-cross-origin" loading="lazy"></iframe><figcaption><a href="${url}" rel="noopener" target="_top">Open on ${host}</a></figcaption></figure>`
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

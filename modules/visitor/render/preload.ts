import { mediaAddress, pictureSizes, uploadedPicture } from './blocks/media.ts'
import type { Page } from './content.ts'
import type { BlockContext } from './context.ts'

/** So many blocks may be on the first screen. */
const firstBlocks = 4

/**
 * The picture that is seen first, for a `Link` header: it is asked for before the page is read, and before any script. Of a
 * picture in several formats the best is named with its type: who cannot show that does not fetch it. Of one that lies elsewhere
 * only the connection is begun, for its owner may count who asks for it.
 */
export function picturePreload(page: Page, context: BlockContext): string | undefined {
  const block = page.blocks.slice(0, firstBlocks).find((one) => one.type === 'image')
  if (block?.type !== 'image') return undefined
  const picture = uploadedPicture(block, context)
  if (picture === undefined) {
    const address = mediaAddress(block, context)
    if (address === undefined) return undefined
    if (address.startsWith('/')) return `<${address}>; rel=preload; as=image; fetchpriority=high`
    const { origin } = new URL(address, context.origin)
    return origin === new URL(context.origin).origin ? undefined : `<${origin}>; rel=preconnect`
  }
  const [best] = picture.sources
  const type = best === undefined ? '' : `; type="${best.type}"`
  const set = best?.srcset ?? picture.srcset
  return `<${picture.url}>; rel=preload; as=image${type}; imagesrcset="${set}"; imagesizes="${pictureSizes}"; fetchpriority=high`
}

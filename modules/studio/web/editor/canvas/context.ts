import { type BlockContext, type Document, html } from '../../../../visitor/render/index.ts'
import type { Editing } from '../editing.ts'
import { richTextHtml } from './extensions.ts'

/** What the visitor's renderer asks: here it draws for editing, without results and without columns' contents. */
export function contextOf(editing: Editing): BlockContext {
  return {
    document: editing.document.value as Document,
    origin: location.origin,
    path: '',
    version: 0,
    richText: richTextHtml,
    mediaUrl: (id) => editing.assetUrls.value.get(id),
    picture: () => undefined,
    film: () => undefined,
    behind: () => '',
    imageSize: () => undefined,
    firstImageId: undefined,
    results: new Map(),
    answeredBefore: undefined,
    attempts: new Map(),
    talks: new Map(),
    downloads: true,
    chat: { enabled: true, starters: [], leads: 'never' },
    render: () => html``,
  }
}

import type { Attempt } from './attempt.ts'
import type { Document, Result } from './content.ts'
import type { Markup } from './markup.ts'
import type { Talk } from './talk.ts'

export interface Size {
  readonly width: number
  readonly height: number
}

/** An uploaded picture: what every browser shows, and better formats for those that know them. */
export interface Picture extends Size {
  readonly url: string
  readonly srcset: string
  readonly alt: string
  /** A few pixels of it, as a `data:` address. */
  readonly blur?: string | undefined
  readonly sources: readonly { readonly type: string; readonly srcset: string }[]
}

/** An uploaded film or sound: the original, and what was made of it so far. */
export interface Film {
  readonly url: string
  readonly type: string
  /** HLS, once there is anything to play. */
  readonly playlist: string | undefined
  readonly poster: string | undefined
  readonly size: Size | undefined
  readonly tracks: readonly {
    readonly kind: 'captions' | 'chapters'
    readonly language: string
    readonly label: string
    readonly url: string
  }[]
  /** Loudness along its time, 0 to 255. */
  readonly waveform: readonly number[]
}

/** How the capsule's chat shows itself. */
export interface ChatShown {
  readonly enabled: boolean
  /** Where the block names none. */
  readonly starters: readonly string[]
  /** What is offered to whoever found no answer. */
  readonly leads: 'form' | 'email' | 'never'
}

/** What a block needs to know of the page it stands on. */
export interface BlockContext {
  readonly document: Document
  readonly origin: string
  /** `/{organization}/{capsule}`, escaped for a URL. */
  readonly path: string
  readonly version: number
  readonly richText: (content: unknown, blockId: string) => string
  readonly mediaUrl: (assetId: string) => string | undefined
  readonly picture: (assetId: string) => Picture | undefined
  readonly film: (assetId: string) => Film | undefined
  readonly imageSize: (src: string) => Size | undefined
  /** The picture that is seen first: fetched before the others. */
  readonly firstImageId: string | undefined
  /** The visitor's own result, by block: only in an answer to one visitor, never in a cached page. */
  readonly results: ReadonlyMap<string, Result>
  /** A block that the visitor answered before, and tried to answer again. */
  readonly answeredBefore: string | undefined
  /** The visitor's answers that were not accepted, by block. */
  readonly attempts: ReadonlyMap<string, Attempt>
  /** Shows this behind a picture until it is there; returns the class that does it. */
  readonly behind: (blur: string) => string
  readonly chat: ChatShown
  /** Whether files may be taken along. */
  readonly downloads: boolean
  /** The visitor's conversations that were just gone on with, by block. */
  readonly talks: ReadonlyMap<string, Talk>
  readonly render: (blocks: Document['pages'][number]['blocks']) => Markup
}

/** Where a page of this capsule is. The first page has no parameter, so that it has one address. */
export function pageAddress(context: Pick<BlockContext, 'document' | 'path'>, pageId: string): string {
  return context.document.pages[0]?.id === pageId ? context.path : `${context.path}?page=${encodeURIComponent(pageId)}`
}

/** An address that may stand in a link, or undefined. */
export function safeUrl(text: string, kinds: readonly string[] = ['https:', 'mailto:', 'tel:']): string | undefined {
  if (!URL.canParse(text)) return undefined
  const url = new URL(text)
  return kinds.includes(url.protocol) ? url.href : undefined
}

/** Where a picture, a film, a sound or a file is: https, or a path of our own below `/-/`. */
export function safeSource(text: string): string | undefined {
  return /^\/-\/[\w./-]+$/.test(text) && !text.includes('..') ? text : safeUrl(text, ['https:'])
}

import type { Invalidation } from '../../src/cache/invalidation.ts'
import type { PageCache } from '../../src/cache/pages.ts'
import type { Assets as WebAssets } from '../../src/http/assets.ts'
import type { AddressOf } from '../../src/http/client-address.ts'
import type { Secrets } from '../../src/secret.ts'
import type { CapsuleChat } from '../ai/index.ts'
import type { Admission, AtAddress, Capsules, Publications, Responses, RichTexts } from '../capsule/index.ts'
import type { Assets, Guard } from '../media/index.ts'
import type { Organization, Organizations } from '../organization/index.ts'
import type { Sharing } from '../sharing/index.ts'
import type { Size } from './render/context.ts'
import type { PageInput } from './render/page.ts'

export interface VisitorDeps {
  /** The public origin: addresses are made of it and never of what a request says. */
  readonly origin: string
  /** Signs visitors' tokens. */
  readonly secrets: Secrets
  readonly pages: PageCache
  readonly invalidation: Invalidation
  /** The CDN that is told of every change, and so may keep pages. */
  readonly cdn?: string | undefined
  readonly organizations: Pick<Organizations, 'byId' | 'bySlug' | 'movedTo'>
  readonly capsules: Pick<Capsules, 'get'>
  /** Who may see a capsule, and the way in by its links. */
  readonly sharing: Pick<Sharing, 'links' | 'access' | 'entrance'>
  readonly publications: Pick<Publications, 'at'>
  readonly responses: Pick<Responses, 'submit' | 'own'>
  readonly richTexts: Pick<RichTexts, 'html'>
  readonly assets: Pick<WebAssets, 'url' | 'urls' | 'text'>
  /** Answers questions; without it nobody can ask. */
  readonly chat?: Pick<CapsuleChat, 'shown' | 'open' | 'rate' | 'leave' | 'conversations'>
  readonly addressOf?: AddressOf
  /** Of the code that renders: another one may render the same otherwise. */
  readonly code?: string
  /** Where an uploaded file is, and what is known of an uploaded picture. */
  readonly media?: Pick<Assets, 'pictureOf' | 'filmOf' | 'addressOf'>
  /** Where its files are for a page that only some may see. */
  readonly guard?: Pick<Guard, 'forPrivatePage'>
  /** How large a picture of ours is. */
  readonly imageSize?: (src: string) => Size | undefined
}

export type FoundCapsule = Extract<AtAddress, { state: 'found' }>

/** What stands at a page's address. */
export type Found =
  | { readonly state: 'found'; readonly organization: Organization; readonly capsule: FoundCapsule }
  | { readonly state: 'moved'; readonly path: string }
  | { readonly state: 'gone' }
  | { readonly state: 'absent' }

/** What one visitor's own page shows besides what everybody sees. */
export interface Own extends Pick<PageInput, 'results' | 'answeredBefore' | 'attempts' | 'talks'> {
  readonly admission: Admission
}

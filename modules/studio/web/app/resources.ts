import type { AnalyticsSettings, Figures, VisitEvent, VisitShown } from '../../../analytics/index.ts'
import type {
  BlockResult,
  CapsuleDocument,
  CapsuleResource,
  DocumentDiff,
  Publications,
  StoredResponse,
  TemplateSummary,
} from '../../../capsule/index.ts'
import type { Domain } from '../../../domains/index.ts'
import type { AssetResource, Assets } from '../../../media/index.ts'
import type { KeySummary, Members, Organization, Permission, Role } from '../../../organization/index.ts'
import type { LinkResource, ShareLinks } from '../../../sharing/index.ts'
import type { Delivery, DeliveryDetails, EventType, Webhook, Wish } from '../../../webhooks/index.ts'
import { call, get, idempotent, patch, post, query, remove } from './api.ts'

export type Capsule = CapsuleResource
export type Membership = Organization & { readonly role: Role }

/** What one of the server's own lists holds: another one there is a fault of types here (decision 0014). */
type ItemOf<List extends (...given: never[]) => { readonly items: readonly unknown[] }> =
  ReturnType<List>['items'][number]

export interface Listed<T> {
  readonly items: readonly T[]
  readonly nextCursor: string | null
}

export type Version = ItemOf<Publications['versions']>

export type Member = ItemOf<Members['list']>

export type Invitation = ItemOf<Members['invitations']>

/** An address that was proven at a share link. */
export type Guest = ItemOf<ShareLinks['guests']>

/** What a share link asks for and grants. A password that is not given stays. */
export interface LinkSettings extends Pick<LinkResource, 'name' | 'expiresAt' | 'emailGate' | 'downloads'> {
  readonly password?: string | null
}

/** An uploaded file. */
export type Asset = AssetResource

export const assetKinds = ['image', 'video', 'audio', 'file'] as const satisfies readonly Asset['kind'][]
export type AssetKind = Asset['kind']

/** A capsule that shows a file: in its draft, to visitors, or both. */
export type AssetUse = ItemOf<Assets['uses']>

export interface WebhookFields {
  readonly url: string
  readonly name: string
  readonly events: readonly EventType[]
}

interface Paging extends Readonly<Record<string, string | number | undefined>> {
  readonly limit?: number
  readonly cursor?: string | undefined
}

const at = (id: string) => `/api/v1/capsules/${id}`

export const capsules = {
  at,
  list: (fields: Paging & { readonly state?: string | undefined; readonly q?: string | undefined }) =>
    get<Listed<Capsule>>(`/api/v1/capsules${query(fields)}`),
  get: (id: string) => get<Capsule>(at(id)),
  create: (body: { readonly title: string; readonly template?: string; readonly draft?: CapsuleDocument }) =>
    post<Capsule>('/api/v1/capsules', body, { headers: idempotent() }),
  change: (id: string, body: { readonly title?: string; readonly slug?: string }) => patch<Capsule>(at(id), body),
  copy: (id: string) => post<Capsule>(`${at(id)}/copies`, {}, { headers: idempotent() }),
  remove: (id: string) => remove(at(id)),
  restore: (id: string) => post<Capsule>(`${at(id)}/restoration`),
  archive: (id: string) => post<Capsule>(`${at(id)}/archival`),
  unarchive: (id: string) => remove(`${at(id)}/archival`),
  publish: (id: string) =>
    post<{ version: number; url: string }>(`${at(id)}/publication`, {}, { headers: idempotent() }),
  unpublish: (id: string) => remove(`${at(id)}/publication`),
}

export const drafts = {
  get: (id: string) => call<CapsuleDocument>('GET', `${at(id)}/draft`),
  save: (id: string, etag: string, body: CapsuleDocument) =>
    call<{ revision: number }>('PUT', `${at(id)}/draft`, { body, headers: { 'if-match': etag } }),
}

export const versions = {
  list: (id: string, fields: Paging) => get<Listed<Version>>(`${at(id)}/versions${query(fields)}`),
  get: (id: string, number: number) => get<CapsuleDocument>(`${at(id)}/versions/${number}`),
  diff: (id: string, number: number, against: string) =>
    get<DocumentDiff>(`${at(id)}/versions/${number}/diff${query({ against })}`),
  restore: (id: string, number: number) => post<{ revision: number }>(`${at(id)}/versions/${number}/restoration`),
}

export const responses = {
  list: (id: string, fields: Paging & { readonly block?: string | undefined }) =>
    get<Listed<StoredResponse>>(`${at(id)}/responses${query(fields)}`),
  results: (id: string) => get<Listed<BlockResult>>(`${at(id)}/results`),
  /** Read by a fetch with its headers, because an address alone does not say which organization it is about. */
  file: (id: string, block?: string) => `${at(id)}/responses.csv${query({ block, bom: 'true' })}`,
}

export const stages = {
  move: (id: string, stage: { readonly page: string; readonly closed: readonly string[] }) =>
    call('PUT', `${at(id)}/stage`, { body: stage }),
  end: (id: string) => remove(`${at(id)}/stage`),
}

/** A question from the audience. */
export interface Question {
  readonly id: string
  readonly text: string
}

export const questions = {
  list: (id: string, fields: Paging & { readonly state: string }) =>
    get<Listed<Question>>(`${at(id)}/questions${query(fields)}`),
  moderate: (id: string, question: string, state: 'shown' | 'answered' | 'hidden') =>
    patch<undefined>(`${at(id)}/questions/${question}`, { state }),
}

export const access = {
  get: (id: string) => get<{ private: boolean }>(`${at(id)}/access`),
  set: async (id: string, isPrivate: boolean) =>
    (await call<{ private: boolean }>('PUT', `${at(id)}/access`, { body: { private: isPrivate } })).data,
}

export const links = {
  list: (id: string, fields: Paging) => get<Listed<LinkResource>>(`${at(id)}/links${query(fields)}`),
  create: (id: string, settings: LinkSettings) =>
    post<LinkResource>(`${at(id)}/links`, settings, { headers: idempotent() }),
  change: (id: string, link: string, settings: LinkSettings) =>
    patch<LinkResource>(`${at(id)}/links/${link}`, settings),
  revoke: (id: string, link: string) => call('PUT', `${at(id)}/links/${link}/revocation`),
  revive: (id: string, link: string) => remove(`${at(id)}/links/${link}/revocation`),
  remove: (id: string, link: string) => remove(`${at(id)}/links/${link}`),
  guests: (id: string, link: string, fields: Paging) =>
    get<Listed<Guest>>(`${at(id)}/links/${link}/guests${query(fields)}`),
}

export const analytics = {
  figures: (id: string, fields: { readonly days: number; readonly by: 'hour' | 'day' }) =>
    get<Figures>(`${at(id)}/analytics${query(fields)}`),
  visits: (id: string, fields: Paging) => get<Listed<VisitShown>>(`${at(id)}/visits${query(fields)}`),
  visit: (id: string, visit: string) =>
    get<VisitShown & { readonly events: readonly VisitEvent[] }>(`${at(id)}/visits/${visit}`),
  file: (id: string) => `${at(id)}/visits.csv?bom=true`,
  settings: () => get<AnalyticsSettings>('/api/v1/analytics/settings'),
  change: (body: Partial<AnalyticsSettings>) => patch<AnalyticsSettings>('/api/v1/analytics/settings', body),
  erase: (visitor: string) => post<{ readonly visits: number }>('/api/v1/analytics/erasures', { visitor }),
}

export const templates = {
  list: () => get<Listed<TemplateSummary>>('/api/v1/templates'),
}

export const organizations = {
  current: '/api/v1/organization',
  /** Everything the organization has. */
  file: '/api/v1/organization/export',
  list: () => get<Listed<Membership>>('/api/v1/organizations'),
  create: (body: { readonly name: string }) => post<Organization>('/api/v1/organizations', body),
  change: (body: { readonly name?: string; readonly slug?: string }) =>
    patch<Organization>('/api/v1/organization', body),
}

export const members = {
  list: (fields: Paging) => get<Listed<Member>>(`/api/v1/members${query(fields)}`),
  change: (id: string, role: Role) => patch<undefined>(`/api/v1/members/${id}`, { role }),
  remove: (id: string) => remove(`/api/v1/members/${id}`),
}

export const invitations = {
  list: (fields: Paging) => get<Listed<Invitation>>(`/api/v1/invitations${query(fields)}`),
  create: (email: string, role: Role) => post<Invitation>('/api/v1/invitations', { email, role }),
  withdraw: (id: string) => remove(`/api/v1/invitations/${id}`),
  accept: (token: string) => post<Organization>(`/api/v1/invitations/${encodeURIComponent(token)}/acceptance`),
}

export const keys = {
  list: (fields: Paging) => get<Listed<KeySummary>>(`/api/v1/keys${query(fields)}`),
  create: (name: string, scopes: readonly Permission[]) =>
    post<KeySummary & { readonly key: string }>('/api/v1/keys', { name, scopes }),
  revoke: (id: string) => remove(`/api/v1/keys/${id}`),
}

export const domains = {
  list: (fields: Paging) => get<Listed<Domain>>(`/api/v1/domains${query(fields)}`),
  add: (domain: string) => post<Domain>('/api/v1/domains', { domain }),
  check: (id: string) => post<Domain>(`/api/v1/domains/${id}/check`),
  remove: (id: string) => remove(`/api/v1/domains/${id}`),
}

export const webhooks = {
  list: (fields: Paging) => get<Listed<Webhook>>(`/api/v1/webhooks${query(fields)}`),
  get: (id: string) => get<Webhook>(`/api/v1/webhooks/${id}`),
  create: (body: WebhookFields) => post<Webhook & { readonly secret: string }>('/api/v1/webhooks', body),
  change: (id: string, body: Partial<WebhookFields> & { readonly state?: 'active' | 'paused' }) =>
    patch<Webhook>(`/api/v1/webhooks/${id}`, body),
  remove: (id: string) => remove(`/api/v1/webhooks/${id}`),
  secret: (id: string) => get<{ secret: string }>(`/api/v1/webhooks/${id}/secret`),
  rotate: (id: string) => post<{ secret: string }>(`/api/v1/webhooks/${id}/secret`),
  test: (id: string) => post(`/api/v1/webhooks/${id}/tests`),
  deliveries: (id: string, fields: Paging & { readonly state?: string | undefined }) =>
    get<Listed<Delivery>>(`/api/v1/webhooks/${id}/deliveries${query(fields)}`),
  delivery: (id: string, delivery: string) => get<DeliveryDetails>(`/api/v1/webhooks/${id}/deliveries/${delivery}`),
  redeliver: (id: string, delivery: string) => post(`/api/v1/webhooks/${id}/deliveries/${delivery}/redelivery`),
}

export const notifications = {
  get: () => get<Wish>('/api/v1/notifications'),
  set: (wish: Wish) => call<Wish>('PUT', '/api/v1/notifications', { body: wish }),
}

export const assets = {
  /** Whether this server takes files at all. */
  exist: () =>
    get('/api/v1/assets?limit=1').then(
      () => true,
      () => false,
    ),
  list: (fields: Paging & { readonly q?: string; readonly kind?: string }) =>
    get<Listed<Asset>>(`/api/v1/assets${query(fields)}`),
  get: (id: string) => get<Asset>(`/api/v1/assets/${id}`),
  change: (id: string, body: { readonly name?: string; readonly alt?: string }) =>
    patch<Asset>(`/api/v1/assets/${id}`, body),
  /** The file, when nothing more is being made of it or after so many seconds. */
  film: (id: string, waitS: number) =>
    get<Asset>(`/api/v1/assets/${id}/film${query({ until: 'settled', wait: waitS })}`),
  makeFilm: (id: string) => post<Asset>(`/api/v1/assets/${id}/film`),
  stopFilm: (id: string) => call<Asset>('DELETE', `/api/v1/assets/${id}/film`).then(({ data }) => data),
  uses: (id: string, fields: Paging) => get<Listed<AssetUse>>(`/api/v1/assets/${id}/uses${query(fields)}`),
  /** @param force also while capsules show it. */
  remove: (id: string, force: boolean) => remove(`/api/v1/assets/${id}${force ? '?force=true' : ''}`),
}

/** All pages of a list that is known to be short. */
export async function whole<T>(list: (cursor: string | undefined) => Promise<Listed<T>>): Promise<T[]> {
  const items: T[] = []
  let cursor: string | undefined
  do {
    const page = await list(cursor)
    items.push(...page.items)
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined)
  return items
}

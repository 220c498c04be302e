import type {
  Budget,
  ChatSettings,
  ConversationShown,
  CostLine,
  Lead,
  OwnProviderShown,
  Policy,
  Reports,
  TrialResult,
  TurnShown,
} from '../../../ai/index.ts'
import { call, get, patch, post, query, remove } from './api.ts'
import type { Listed } from './resources.ts'

export type { ChatSettings, ConversationShown, CostLine, Lead, Policy, TrialResult, TurnShown }
export type OwnProvider = OwnProviderShown

export interface OwnProviderFields
  extends Pick<OwnProviderShown, 'name' | 'kind' | 'url' | 'models' | 'chat' | 'embeddings'> {
  readonly key?: string
}

export interface PolicyShown extends Policy {
  readonly spent: { readonly day: Budget; readonly month: Budget }
}

export type Costs = ReturnType<Reports['costs']> & { readonly from: number; readonly to: number }

/** A call that may have cost something. */
export type Call = ReturnType<Reports['ledger']>['items'][number]

type Paging = { readonly limit?: number; readonly cursor?: string | undefined }

const put = async <T>(path: string, body: unknown) => (await call<T>('PUT', path, { body })).data
const here = '/api/v1/ai'

/** `organization`, or the id of a key or a capsule. */
export const policies = {
  get: (scope: string) => get<PolicyShown>(`${here}/policies/${scope}`),
  set: (scope: string, policy: Policy) => put<PolicyShown>(`${here}/policies/${scope}`, policy),
  models: () => get<Listed<{ readonly id: string }>>(`${here}/models`),
}

export const ownProviders = {
  list: () => get<Listed<OwnProvider>>(`${here}/providers`),
  add: (fields: OwnProviderFields) => post<OwnProvider>(`${here}/providers`, fields),
  change: (id: string, fields: OwnProviderFields) => patch<OwnProvider>(`${here}/providers/${id}`, fields),
  remove: (id: string) => remove(`${here}/providers/${id}`),
  /** With an id, the key that is kept is used where none is given. */
  test: (fields: OwnProviderFields & { readonly id?: string | undefined }) =>
    post<TrialResult>(`${here}/provider-tests`, fields),
}

export const costs = {
  between: (from: number, to: number) => get<Costs>(`${here}/costs${query({ from, to })}`),
  calls: (fields: Paging) => get<Listed<Call>>(`${here}/ledger${query(fields)}`),
}

export const chats = {
  settings: (capsule: string) => get<ChatSettings>(`${here}/chats/${capsule}`),
  change: (capsule: string, settings: ChatSettings) => put<ChatSettings>(`${here}/chats/${capsule}`, settings),
  conversations: (capsule: string, fields: Paging & { readonly leads?: 'true' | undefined }) =>
    get<Listed<ConversationShown>>(`${here}/chats/${capsule}/conversations${query(fields)}`),
  read: (conversation: string, fields: Paging) =>
    get<Listed<TurnShown> & { readonly lead: Lead | null }>(`${here}/conversations/${conversation}${query(fields)}`),
}

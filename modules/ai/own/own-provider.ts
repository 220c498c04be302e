import { type Alias, aliasWith, type Provider, providerWith, type Route } from '../config.ts'
import type { OwnModel, OwnSettings } from '../operations/providers.ts'
import { PriceTable } from '../prices.ts'

/** A provider of an organization, ready to be asked. */
export interface OwnProvider {
  readonly provider: Provider
  readonly models: readonly OwnModel[]
  readonly chat: string | null
  readonly embeddings: string | null
}

/** What an organization's own providers offer it: the models by name, and who does what. */
export interface OwnModels {
  readonly aliases: ReadonlyMap<string, Alias>
  readonly chat: Alias | undefined
  /** The one that chats also helps in writing. */
  readonly authoring: Alias | undefined
  readonly embeddings: Alias | undefined
}

const nanoOf = (usd: number | undefined) => Math.round((usd ?? 0) * 1e9)

/** @param id names it in the ledger, and tells it from everybody else's. */
export function ownProvider(
  id: string,
  { kind, url, models, chat, embeddings }: OwnSettings,
  key: string,
): OwnProvider {
  const prices = models.map(({ name, input, output }) => ({
    ...{ provider: id, model: name, fromMs: 0 },
    ...{ inputNano: nanoOf(input), outputNano: nanoOf(output) },
  }))
  const provider = { ...providerWith(id, new URL(url), { kind, key }), own: { prices: new PriceTable(prices) } }
  return { provider, models, chat, embeddings }
}

/** Of two that have the same model the older one is asked first, and the other when it fails. */
export function ownModels(providers: readonly OwnProvider[]): OwnModels {
  const routes = new Map<string, Route[]>()
  for (const { provider, models } of providers) {
    for (const { name } of models) {
      const known = routes.get(name) ?? []
      routes.set(name, [...known, { provider, model: name, tier: known.length, weight: 1 }])
    }
  }
  const aliases = new Map([...routes].map(([name, of]) => [name, aliasWith(name, of)]))
  const taskOf = (task: 'chat' | 'embeddings') => {
    const able = providers.flatMap(({ provider, [task]: model }) => (model === null ? [] : [{ provider, model }]))
    const [first] = able
    return (
      first &&
      aliasWith(
        first.model,
        able.map((one, tier) => ({ ...one, tier, weight: 1 })),
      )
    )
  }
  const chat = taskOf('chat')
  return { aliases, chat, authoring: chat, embeddings: taskOf('embeddings') }
}

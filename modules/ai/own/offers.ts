import { ValueCache } from '../../../src/cache/values.ts'
import type { Databases } from '../../../src/db/database.ts'
import { type OrganizationId, organizationOf } from '../../../src/db/ids.ts'
import type { AiConfig, Alias } from '../config.ts'
import { providerChanged } from '../events.ts'
import { type OwnModels, ownModels } from './own-provider.ts'
import type { OwnProviders } from './own-providers.ts'

const cachedMax = 20_000
/** The operator's routes come after all of an organization's own. */
const tiersOfOwn = 1_000

/** The models that an organization can ask, and which of them does what. */
export type Offer = Pick<AiConfig, 'aliases' | 'chat' | 'authoring' | 'embeddings'>

/** What is offered to whom, in memory: the operator's models, or an organization's own; the change log evicts what changed. */
export class Offers {
  readonly #known: ValueCache<Offer>

  constructor(
    db: Databases,
    private readonly config: AiConfig,
    private readonly own: Pick<OwnProviders, 'ready'>,
  ) {
    this.#known = new ValueCache<Offer>(db.changes, { entriesMax: cachedMax }).on(providerChanged, ({ subject }) => [
      organizationOf(subject),
    ])
  }

  of(organizationId: OrganizationId): Offer {
    return (
      this.#known.get(organizationId) ?? this.#known.keep(organizationId, this.#read(organizationId), [organizationId])
    )
  }

  #read(organizationId: OrganizationId): Offer {
    const providers = this.config.own.use === 'never' ? [] : this.own.ready(organizationId)
    if (providers === undefined || providers.length === 0) return this.config
    const own = ownModels(providers)
    return this.config.own.use === 'first' ? both(own, this.config) : own
  }
}

/** An organization's own first, and the operator's where those fail or have nothing. */
function both(own: OwnModels, operators: Offer): Offer {
  const aliases = new Map(operators.aliases)
  for (const [name, alias] of own.aliases) aliases.set(name, backed(alias, operators.aliases.get(name)) ?? alias)
  return {
    aliases,
    chat: backed(own.chat, operators.chat),
    authoring: backed(own.authoring, operators.authoring),
    // Vectors of two models cannot be compared: there is no falling back.
    embeddings: own.embeddings ?? operators.embeddings,
  }
}

function backed(own: Alias | undefined, operators: Alias | undefined): Alias | undefined {
  if (own === undefined || operators === undefined) return own ?? operators
  const after = operators.routes.map((route) => ({ ...route, tier: tiersOfOwn + route.tier }))
  return { ...own, routes: [...own.routes, ...after] }
}

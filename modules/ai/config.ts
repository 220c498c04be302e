import { type Static, Type } from '@sinclair/typebox'
import { TypeCompiler } from '@sinclair/typebox/compiler'
import { limits } from './limits.ts'
import { type Price, PriceTable } from './prices.ts'

const closed = { additionalProperties: false } as const
const name = Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._:@/-]*$', maxLength: limits.modelNameLengthMax })
const ms = (maximum: number) => Type.Optional(Type.Integer({ minimum: 50, maximum }))

/** `anthropic`: the Messages API; `gemini`: generateContent. */
export const providerKind = Type.Union([Type.Literal('openai'), Type.Literal('anthropic'), Type.Literal('gemini')])
export type ProviderKind = Static<typeof providerKind>

const providerSchema = Type.Object(
  {
    /** The protocol it speaks. Default `openai`, which most speak; the others natively, with nothing lost between. */
    kind: Type.Optional(providerKind),
    /** Where its API begins, such as https://api.openai.com/v1; a query string stays (Azure's api-version). */
    url: Type.String({ maxLength: 2_000 }),
    key: Type.Optional(Type.String({ minLength: 1, maxLength: 4_000 })),
    /** How the key is sent. Default `bearer`; Azure's older addresses want `api-key`. */
    auth: Type.Optional(Type.Union([Type.Literal('bearer'), Type.Literal('api-key')])),
    headers: Type.Optional(Type.Record(Type.String({ pattern: '^[A-Za-z0-9-]+$' }), Type.String({ maxLength: 4_000 }))),
    /** The field that bounds an answer, put in where a budget needs a bound and the client gave none. */
    outputLimit: Type.Optional(Type.Union([Type.Literal('max_tokens'), Type.Literal('max_completion_tokens')])),
  },
  closed,
)

const routeSchema = Type.Object(
  {
    provider: Type.String(),
    model: Type.String({ minLength: 1, maxLength: limits.modelNameLengthMax }),
    /** Routes of the lowest tier are tried first. Default: the place in the list. */
    tier: Type.Optional(Type.Integer({ minimum: 0, maximum: 100 })),
    /** The share of first tries within a tier. Default 1. */
    weight: Type.Optional(Type.Number({ minimum: 0, maximum: 1_000 })),
  },
  closed,
)

const aliasSchema = Type.Object(
  {
    routes: Type.Array(routeSchema, { minItems: 1, maxItems: 20 }),
    /**
     * Among routes of one tier: `weight` draws by weight; `latency` takes the one that begins soonest of late; `sticky` gives calls with
     * the same first message to the same one, whose cache of prompts then pays. Default `weight`.
     */
    choice: Type.Optional(Type.Union([Type.Literal('weight'), Type.Literal('latency'), Type.Literal('sticky')])),
    /** Start the next route beside when the first takes three times as long as it usually does. Costs a second call. */
    hedge: Type.Optional(Type.Boolean()),
    /** How often all routes are gone through again. Default 1. */
    retries: Type.Optional(Type.Integer({ minimum: 0, maximum: 5 })),
    /** How long one provider may leave a stream without a word, at its beginning and later. Default 10 s. */
    firstTokenMs: ms(300_000),
    /** By when a stream must have begun, over all providers. Default 30 s. */
    beginMs: ms(600_000),
    /** By when everything must have arrived. Default 120 s. */
    totalMs: ms(3_600_000),
    /** When nothing has begun by then, the next route is started beside the first. Default 1,800. */
    fallbackAfterMs: ms(300_000),
    /** The same for answers that are not streamed: nothing of them comes before all of it. Default 20 s. */
    wholeFallbackAfterMs: ms(300_000),
    /** What an answer is bounded by where a budget needs a bound and the client gave none. Default 4,096. */
    outputTokensMax: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000 })),
  },
  closed,
)

const priceSchema = Type.Object(
  {
    provider: Type.String(),
    model: Type.String(),
    /** A UTC day, such as 2026-03-01. Default: always. */
    from: Type.Optional(Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' })),
    /** USD for a million tokens. */
    input: Type.Number({ minimum: 0, maximum: 100_000 }),
    output: Type.Optional(Type.Number({ minimum: 0, maximum: 100_000 })),
  },
  closed,
)

const ownSchema = Type.Object(
  {
    /**
     * `alone`: an organization that brings a provider is served by it alone. `first`: the operator's models stay, and answer where its
     * own fail. `never`: none brings any. Default `alone`.
     */
    use: Type.Optional(Type.Union([Type.Literal('alone'), Type.Literal('first'), Type.Literal('never')])),
    /** Whether they may be in private networks, and be spoken to without TLS: where all organizations are the operator's. */
    private: Type.Optional(Type.Boolean()),
  },
  closed,
)

const schema = Type.Object(
  {
    providers: Type.Record(Type.String({ pattern: '^[a-z0-9-]+$' }), providerSchema),
    models: Type.Record(name, aliasSchema),
    prices: Type.Optional(Type.Array(priceSchema, { maxItems: 1_000 })),
    /** The model that capsules' chats use. Without it they answer by quoting. */
    chat: Type.Optional(Type.String()),
    /** The model that helps owners to write. Default: the one of `chat`. */
    authoring: Type.Optional(Type.String()),
    /** The model that says what passages and questions mean. Without it chats find by words alone. */
    embeddings: Type.Optional(Type.String()),
    /** What organizations may bring themselves. */
    own: Type.Optional(ownSchema),
  },
  closed,
)
const check = TypeCompiler.Compile(schema)

export interface Provider {
  readonly name: string
  readonly kind: ProviderKind
  readonly url: URL
  readonly key: string | undefined
  readonly headers: Readonly<Record<string, string>>
  readonly outputLimit: 'max_tokens' | 'max_completion_tokens'
  /** One that an organization brought: its prices are its own, and its address is guarded. Absent: the operator's. */
  readonly own?: { readonly prices: PriceTable }
}

export interface Route {
  readonly provider: Provider
  readonly model: string
  readonly tier: number
  readonly weight: number
}

export interface Alias {
  readonly name: string
  readonly routes: readonly Route[]
  readonly choice: 'weight' | 'latency' | 'sticky'
  readonly hedge: boolean
  readonly retries: number
  readonly firstTokenMs: number
  readonly beginMs: number
  readonly totalMs: number
  readonly fallbackAfterMs: number
  readonly wholeFallbackAfterMs: number
  readonly outputTokensMax: number
}

export interface AiConfig {
  readonly aliases: ReadonlyMap<string, Alias>
  readonly prices: PriceTable
  /** What capsules' chats ask; undefined: they answer by quoting. */
  readonly chat: Alias | undefined
  /** What owners are helped by; undefined: they write by themselves. */
  readonly authoring: Alias | undefined
  /** What says what texts mean; undefined: nothing does. */
  readonly embeddings: Alias | undefined
  readonly own: { readonly use: 'alone' | 'first' | 'never'; readonly private: boolean }
}

const variable = 'ENCAPSIFY_AI_PROVIDERS'
const ownDefault: AiConfig['own'] = { use: 'alone', private: false }

/** `undefined`: no provider is configured. @throws Error with one line that names the variable and the place in it. */
export function parseAiConfig(value: unknown): AiConfig {
  if (value === undefined)
    return {
      ...{ aliases: new Map(), prices: new PriceTable([]) },
      ...{ chat: undefined, authoring: undefined, embeddings: undefined, own: ownDefault },
    }
  const fault = check.Errors(value).First()
  if (fault !== undefined) throw new Error(`${variable}: ${fault.path || '/'} ${lower(fault.message)}.`)
  const given = value as Static<typeof schema>
  const providers = new Map(Object.entries(given.providers).map(([name, one]) => [name, toProvider(name, one)]))
  const aliases = new Map(Object.entries(given.models).map(([name, one]) => [name, toAlias(name, one, providers)]))
  for (const [n, { provider }] of (given.prices ?? []).entries()) {
    if (!providers.has(provider)) throw new Error(`${variable}: /prices/${n}/provider is not one of the providers.`)
  }
  const named = (name: 'chat' | 'authoring' | 'embeddings'): Alias | undefined => {
    const alias = given[name] === undefined ? undefined : aliases.get(given[name])
    if (given[name] !== undefined && alias === undefined) {
      throw new Error(`${variable}: /${name} is not one of the models.`)
    }
    return alias
  }
  return {
    aliases,
    prices: new PriceTable((given.prices ?? []).map(toPrice)),
    chat: named('chat'),
    authoring: named('authoring') ?? named('chat'),
    embeddings: named('embeddings'),
    own: { ...ownDefault, ...given.own },
  }
}

function toProvider(name: string, given: Static<typeof providerSchema>): Provider {
  const url = URL.canParse(given.url) ? new URL(given.url) : undefined
  if (url === undefined || !['http:', 'https:'].includes(url.protocol) || url.username !== '') {
    throw new Error(`${variable}: /providers/${name}/url must be an address such as https://api.openai.com/v1.`)
  }
  return providerWith(name, url, given)
}

/** A provider whose address was checked. */
export function providerWith(name: string, url: URL, given: Omit<Static<typeof providerSchema>, 'url'>): Provider {
  const kind = given.kind ?? 'openai'
  const official = /(^|\.)(openai\.com|azure\.com)$/.test(url.hostname)
  return {
    name,
    kind,
    url,
    key: given.key,
    headers: { ...authorization(kind, given), ...given.headers },
    outputLimit: given.outputLimit ?? (official ? 'max_completion_tokens' : 'max_tokens'),
  }
}

function authorization(
  kind: Provider['kind'],
  { key, auth }: { key?: string; auth?: 'bearer' | 'api-key' },
): Record<string, string> {
  if (key === undefined) return {}
  if (kind === 'anthropic') return { 'x-api-key': key, 'anthropic-version': '2023-06-01' }
  if (kind === 'gemini') return { 'x-goog-api-key': key }
  return auth === 'api-key' ? { 'api-key': key } : { authorization: `Bearer ${key}` }
}

function toAlias(name: string, given: Static<typeof aliasSchema>, providers: ReadonlyMap<string, Provider>): Alias {
  const routes = given.routes.map((route, n) => {
    const provider = providers.get(route.provider)
    if (provider === undefined) {
      throw new Error(`${variable}: /models/${name}/routes/${n}/provider is not one of the providers.`)
    }
    return { provider, model: route.model, tier: route.tier ?? n, weight: route.weight ?? 1 }
  })
  return aliasWith(name, routes, given)
}

/** A model with these routes; what is not given is as usual. */
export function aliasWith(
  name: string,
  routes: readonly Route[],
  given: Omit<Static<typeof aliasSchema>, 'routes'> = {},
): Alias {
  return {
    name,
    routes,
    choice: given.choice ?? 'weight',
    hedge: given.hedge ?? false,
    retries: given.retries ?? 1,
    firstTokenMs: given.firstTokenMs ?? 10_000,
    beginMs: given.beginMs ?? 30_000,
    totalMs: given.totalMs ?? 120_000,
    fallbackAfterMs: given.fallbackAfterMs ?? 1_800,
    wholeFallbackAfterMs: given.wholeFallbackAfterMs ?? 20_000,
    outputTokensMax: given.outputTokensMax ?? 4_096,
  }
}

function toPrice(given: Static<typeof priceSchema>): Price {
  const nano = (usd: number) => Math.round(usd * 1e9)
  const fromMs = given.from === undefined ? 0 : Date.parse(`${given.from}T00:00:00Z`)
  if (Number.isNaN(fromMs)) throw new Error(`${variable}: /prices "${given.from}" is no day.`)
  return {
    provider: given.provider,
    model: given.model,
    fromMs,
    inputNano: nano(given.input),
    outputNano: nano(given.output ?? 0),
  }
}

function lower(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1)
}

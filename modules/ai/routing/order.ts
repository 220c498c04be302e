import type { Alias, Route } from '../config.ts'

export interface Circumstances {
  /** 0 ≤ x < 1. */
  readonly random: () => number
  /** How soon a route has begun to answer of late; undefined: not known. */
  readonly usualMs: (route: Route) => number | undefined
  /** What calls have in common that a provider would find in its cache of prompts. */
  readonly prefix: () => string
}

/** The share of calls that go where the dice say all the same: a route that has become quick is found out. */
const tryingShare = 0.05

/** The routes in the order in which they are tried: by tier, and within a tier as the alias wants it. */
export function orderRoutes(alias: Pick<Alias, 'routes' | 'choice'>, now: Circumstances): readonly Route[] {
  const { routes } = alias
  if (routes.length < 2) return routes
  const tiers = Map.groupBy(routes, ({ tier }) => tier)
  return [...tiers]
    .sort(([a], [b]) => a - b)
    .flatMap(([, tier]) => (tier.length < 2 ? tier : ordered(tier, alias, now)))
}

function ordered(tier: readonly Route[], { choice }: Pick<Alias, 'choice'>, now: Circumstances): Route[] {
  if (choice === 'sticky') return byPrefix(tier, now.prefix())
  const drawn = byWeight(tier, now.random)
  if (choice === 'weight' || now.random() < tryingShare) return drawn
  // Routes that are not known are asked first, and so become known; a sort keeps what the dice said among equals.
  const usual = new Map(drawn.map((route) => [route, now.usualMs(route) ?? 0]))
  return drawn.sort((a, z) => (usual.get(a) ?? 0) - (usual.get(z) ?? 0))
}

/** Drawn without putting back. */
function byWeight(tier: readonly Route[], random: () => number): Route[] {
  const rest = [...tier]
  const order: Route[] = []
  while (rest.length > 0) {
    const total = rest.reduce((sum, route) => sum + route.weight, 0)
    let at = random() * total
    const n = rest.findIndex((route) => {
      at -= route.weight
      return at < 0
    })
    order.push(...rest.splice(n === -1 ? 0 : n, 1))
  }
  return order
}

/**
 * The same prefix, the same order, on every node and after every restart; a route that goes takes only its own along (weighted
 * rendezvous hashing: Thaler and Ravishankar 1998, Schindelhauer and Schomaker 2005).
 */
function byPrefix(tier: readonly Route[], prefix: string): Route[] {
  const draw = ({ provider, model, weight }: Route) => {
    const hash = Bun.hash.xxHash64(`${provider.name}/${model}/${prefix}`)
    return -Math.log((Number(hash >> 11n) + 1) / (2 ** 53 + 1)) / weight
  }
  const draws = new Map(tier.map((route) => [route, draw(route)]))
  return [...tier].sort((a, z) => (draws.get(a) ?? 0) - (draws.get(z) ?? 0))
}

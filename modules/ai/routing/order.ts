import type { Route } from '../config.ts'

/** The routes by tier, and within a tier drawn by weight without putting back. `random`: 0 ≤ x < 1. */
export function orderRoutes(routes: readonly Route[], random: () => number): readonly Route[] {
  const [only, second] = routes
  if (only === undefined || second === undefined) return routes
  const tiers = new Map<number, Route[]>()
  for (const route of routes) {
    const tier = tiers.get(route.tier)
    if (tier === undefined) tiers.set(route.tier, [route])
    else tier.push(route)
  }
  return [...tiers].sort(([a], [b]) => a - b).flatMap(([, tier]) => drawn(tier, random))
}

function drawn(tier: Route[], random: () => number): Route[] {
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

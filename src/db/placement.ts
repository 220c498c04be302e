import type { OrganizationId } from './ids.ts'

/** Points of each shard on the ring: enough that shards differ by a few per cent (Karger et al., 1997). */
const pointsPerShard = 128

/**
 * Consistent hashing: which of these shards a new organization goes to. Adding a shard moves only the choices that
 * fall to it. The answer is pinned in the directory at once, so a later ring never moves anybody by itself.
 */
export function placeOnRing(organizationId: OrganizationId, shards: readonly number[]): number {
  const at = Bun.hash.xxHash64(organizationId)
  let nearest: { distance: bigint; shard: number } | undefined
  for (const shard of shards) {
    for (let point = 0; point < pointsPerShard; point++) {
      const distance = BigInt.asUintN(64, Bun.hash.xxHash64(`shard-${shard}#${point}`) - at)
      if (nearest === undefined || distance < nearest.distance) nearest = { distance, shard }
    }
  }
  if (nearest === undefined) throw new Error('The directory lists no shard.')
  return nearest.shard
}

export function shardName(number: number): string {
  return `shard-${String(number).padStart(3, '0')}`
}

/** Randomness that is the same for the same seed, on every machine. */
export interface Random {
  /** A number from `least` up to `most`. */
  between(least: number, most: number): number
  /** One of a list that is not empty. */
  pick<T>(list: readonly T[]): T
  /** True in `share` of all cases, 0 to 1. */
  chance(share: number): boolean
}

/** mulberry32 (Tommy Ettinger, public domain), seeded by FNV-1a of a name. */
export function seeded(name: string): Random {
  let state = 0x811c9dc5
  for (const character of name) state = Math.imul(state ^ character.charCodeAt(0), 0x01000193)
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  return {
    between: (least, most) => least + next() * (most - least),
    chance: (share) => next() < share,
    pick(list) {
      const chosen = list[Math.floor(next() * list.length)]
      if (chosen === undefined) throw new Error('There is nothing to pick from.')
      return chosen
    },
  }
}

/** What a model costs from a day on. Nano-USD for a million tokens: integers, also for prices below a nano-USD a token. */
export interface Price {
  readonly provider: string
  readonly model: string
  readonly fromMs: number
  readonly inputNano: number
  readonly outputNano: number
}

export interface Tokens {
  readonly input: number
  readonly output: number
}

const million = 1_000_000

/** Prices with the day from which each holds: an old ledger entry keeps the price of its day. */
export class PriceTable {
  readonly #byModel = new Map<string, readonly Price[]>()

  constructor(prices: readonly Price[]) {
    for (const price of prices) {
      const key = `${price.provider}/${price.model}`
      const known = this.#byModel.get(key) ?? []
      this.#byModel.set(
        key,
        [...known, price].sort((a, b) => b.fromMs - a.fromMs),
      )
    }
  }

  /** The price that holds at this time; undefined for a model that has none: it costs nothing here. */
  at(provider: string, model: string, nowMs: number): Price | undefined {
    return this.#byModel.get(`${provider}/${model}`)?.find((price) => price.fromMs <= nowMs)
  }
}

/** Nano-USD, rounded up: a budget is never passed by roundings. */
export function costOf(price: Price | undefined, { input, output }: Tokens): number {
  if (price === undefined) return 0
  const nano = input * price.inputNano + output * price.outputNano
  if (nano <= Number.MAX_SAFE_INTEGER) return (nano - (nano % million)) / million + (nano % million > 0 ? 1 : 0)
  // More than a number holds exactly.
  const exact = BigInt(input) * BigInt(price.inputNano) + BigInt(output) * BigInt(price.outputNano)
  return Number((exact + BigInt(million) - 1n) / BigInt(million))
}

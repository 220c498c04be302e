/** Draws 0 … count − 1, the first most often: the n-th as often as 1 ÷ n (s = 1.0). */
export class Zipf {
  readonly #sums: Float64Array
  #seed: number

  constructor(
    private readonly count: number,
    seed: number,
  ) {
    this.#seed = seed
    this.#sums = new Float64Array(count)
    let sum = 0
    for (let n = 0; n < count; n++) {
      sum += 1 / (n + 1)
      this.#sums[n] = sum
    }
  }

  next(): number {
    const wanted = this.random() * (this.#sums[this.count - 1] ?? 0)
    let [low, high] = [0, this.count - 1]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#sums[middle] ?? 0) < wanted) low = middle + 1
      else high = middle
    }
    return low
  }

  /** 0 ≤ x < 1, the same from the same seed (mulberry32). */
  random(): number {
    this.#seed = (this.#seed + 0x6d2b79f5) | 0
    let mixed = Math.imul(this.#seed ^ (this.#seed >>> 15), 1 | this.#seed)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

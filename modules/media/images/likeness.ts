/** A picture's lightness, a byte a pixel. */
export interface Grey {
  readonly data: Uint8Array
  readonly width: number
  readonly height: number
}

/** Windows of 8 × 8, a new one every 4 pixels: the usual approximation of SSIM's Gaussian. */
const side = 8
const step = 4
/** (K·L)² of Wang, Bovik, Sheikh and Simoncelli, "Image quality assessment" (2004): K1 = 0.01, K2 = 0.03, L = 255. */
const c1 = 6.5025
const c2 = 58.5225

/** How alike two pictures of one size look, 1 for the same: structural similarity, the mean over all windows. */
export function likeness(one: Grey, other: Grey): number {
  const { width, height } = one
  if (other.width !== width || other.height !== height) throw new Error('Only pictures of one size are compared.')
  let sum = 0
  let windows = 0
  for (let top = 0; top === 0 || top + side <= height; top += step) {
    for (let left = 0; left === 0 || left + side <= width; left += step) {
      sum += similarity(one.data, other.data, width, left, top, Math.min(side, width), Math.min(side, height))
      windows++
    }
  }
  return sum / windows
}

function similarity(
  a: Uint8Array,
  b: Uint8Array,
  width: number,
  left: number,
  top: number,
  across: number,
  down: number,
): number {
  let sumA = 0
  let sumB = 0
  let squares = 0
  let product = 0
  for (let y = top; y < top + down; y++) {
    const row = y * width
    for (let at = row + left; at < row + left + across; at++) {
      const x = a[at] ?? 0
      const z = b[at] ?? 0
      sumA += x
      sumB += z
      squares += x * x + z * z
      product += x * z
    }
  }
  const count = across * down
  const meanA = sumA / count
  const meanB = sumB / count
  const variances = squares / count - meanA * meanA - meanB * meanB
  const covariance = product / count - meanA * meanB
  return ((2 * meanA * meanB + c1) * (2 * covariance + c2)) / ((meanA * meanA + meanB * meanB + c1) * (variances + c2))
}

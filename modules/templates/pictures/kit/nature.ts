import type { Random } from './random.ts'

/** A stand of pines as one path: their feet near `y`, about `height` high. */
export function pines(random: Random, xs: readonly number[], y: number, height: number): string {
  return xs
    .map((x) => {
      const tall = Math.round(height * random.between(0.7, 1.15))
      const wide = tall * random.between(0.17, 0.22)
      const foot = Math.round(y + random.between(0, height * 0.2))
      return [0.38, 0.7, 1]
        .map((part, n) => {
          const half = Math.round(wide * (0.55 + n * 0.28))
          return `M${x} ${Math.round(foot - tall * (1.12 - n * 0.3))}l${half} ${Math.round(tall * (part - n * 0.2))}h${-2 * half}z`
        })
        .concat(`M${x - 3} ${foot - Math.round(tall * 0.2)}h6v${Math.round(tall * 0.26)}h-6z`)
        .join('')
    })
    .join('')
}

/** A sky of stars as one path of dots; draw it with round ends. */
export function stars(random: Random, count: number, width: number, height: number): string {
  let path = ''
  for (let n = 0; n < count; n++) {
    path += `M${Math.round(random.between(0, width))} ${Math.round(random.between(0, height) * random.between(0.3, 1))}h0`
  }
  return path
}

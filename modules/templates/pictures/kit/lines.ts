import { tenth } from './canvas.ts'
import type { Random } from './random.ts'

export { tenth } from './canvas.ts'
export type Point = readonly [x: number, y: number]

/** Straight from point to point. */
export function polyline(points: readonly Point[], closed = false): string {
  return `M${points.map(([x, y]) => `${tenth(x)} ${tenth(y)}`).join('L')}${closed ? 'Z' : ''}`
}

/** A soft curve through all points (Catmull-Rom as cubic Béziers); `closed` comes back to the first. */
export function curve(points: readonly Point[], closed = false): string {
  const count = points.length
  const at = (n: number): Point => {
    const index = closed ? (n + count) % count : Math.min(count - 1, Math.max(0, n))
    return points[index] ?? [0, 0]
  }
  let path = `M${pair(at(0))}`
  for (let n = 0; n < (closed ? count : count - 1); n++) {
    const [before, from, to, after] = [at(n - 1), at(n), at(n + 1), at(n + 2)]
    const first: Point = [from[0] + (to[0] - before[0]) / 6, from[1] + (to[1] - before[1]) / 6]
    const second: Point = [to[0] - (after[0] - from[0]) / 6, to[1] - (after[1] - from[1]) / 6]
    path += `C${pair(first)} ${pair(second)} ${pair(to)}`
  }
  return closed ? `${path}Z` : path
}

/** What lies below a line, down to `bottom`. */
export function below(line: string, points: readonly Point[], bottom: number): string {
  const [first, last] = [points[0] ?? [0, 0], points.at(-1) ?? [0, 0]]
  return `${line}L${tenth(last[0])} ${tenth(bottom)}L${tenth(first[0])} ${tenth(bottom)}Z`
}

/**
 * The line of a mountain range by midpoint displacement: from (0, y) to (width, y), `rise` high at most, rougher with a
 * larger `roughness` (0 to 1); 2 to the power of `depth` pieces.
 */
export function ridge(random: Random, width: number, y: number, rise: number, roughness = 0.5, depth = 5): Point[] {
  let heights = [y - random.between(0, rise / 2), y - random.between(0, rise / 2)]
  let reach = rise
  for (let level = 0; level < depth; level++) {
    heights = heights.flatMap((height, n) => {
      const next = heights[n + 1]
      return next === undefined ? [height] : [height, (height + next) / 2 + random.between(-reach, reach) / 2]
    })
    reach *= roughness
  }
  return heights.map((height, n): Point => [(n * width) / (heights.length - 1), height])
}

/** A round shape that no compass drew. */
export function blob(random: Random, cx: number, cy: number, r: number, wobble = 0.18, corners = 8): string {
  const points = Array.from({ length: corners }, (_, n): Point => {
    const angle = (n * 2 * Math.PI) / corners
    const reach = r * (1 + random.between(-wobble, wobble))
    return [cx + Math.cos(angle) * reach, cy + Math.sin(angle) * reach]
  })
  return curve(points, true)
}

/** A part of a circle's line, degrees clockwise from the right. */
export function arc(cx: number, cy: number, r: number, from: number, to: number): string {
  const at = (degrees: number): Point => [
    cx + r * Math.cos((degrees * Math.PI) / 180),
    cy + r * Math.sin((degrees * Math.PI) / 180),
  ]
  return `M${pair(at(from))}A${tenth(r)} ${tenth(r)} 0 ${to - from > 180 ? 1 : 0} 1 ${pair(at(to))}`
}

function pair(point: Point): string {
  return `${tenth(point[0])} ${tenth(point[1])}`
}

import { mkdirSync } from 'node:fs'

export interface Figure {
  readonly name: string
  readonly value: number
  readonly unit: string
  /** What it must reach; absent: shown for context. */
  readonly bar?: { readonly kind: 'most' | 'least'; readonly value: number }
  /** Behind the point, where the bar is finer than two. */
  readonly digits?: number
  readonly note?: string
}

const reported: Figure[] = []

/** All so far. */
export function figures(): readonly Figure[] {
  return reported
}

export function report(figure: Figure): void {
  reported.push(figure)
  console.log(line(figure))
}

/** Writes all to a file and says how many bars were missed. */
export async function finish(path = 'dist/bench.json'): Promise<number> {
  mkdirSync('dist', { recursive: true })
  await Bun.write(path, `${JSON.stringify({ at: new Date().toISOString(), figures: reported }, null, 2)}\n`)
  const missed = reported.filter((figure) => !reached(figure))
  console.log(`\n${reported.length} figures, ${missed.length} missed; written to ${path}`)
  for (const figure of missed) console.log(`missed: ${line(figure)}`)
  return missed.length
}

function reached({ bar, value }: Figure): boolean {
  if (bar === undefined) return true
  return bar.kind === 'most' ? value <= bar.value : value >= bar.value
}

function line(figure: Figure): string {
  const value =
    `${figure.digits === undefined ? round(figure.value) : figure.value.toFixed(figure.digits)} ${figure.unit}`.padStart(
      16,
    )
  const bar =
    figure.bar === undefined
      ? ''.padEnd(18)
      : `${figure.bar.kind === 'most' ? '≤' : '≥'} ${figure.bar.value} ${reached(figure) ? '✓' : '✗ missed'}`.padEnd(18)
  return `${figure.name.padEnd(58)} ${value}  ${bar} ${figure.note ?? ''}`
}

function round(value: number): string {
  return value >= 1_000 ? Math.round(value).toLocaleString('en') : value.toFixed(value < 10 ? 2 : 1)
}

import { make } from './dom.ts'
import { clock } from './words.ts'

const namespace = 'http://www.w3.org/2000/svg'
const width = 320
const height = 96
const left = 2
const bottom = 4
/** Rows of the table that says the same as the picture. */
const rowsMax = 12

export interface Line {
  readonly name: string
  readonly values: readonly (number | null)[]
}

export interface Chart {
  readonly title: string
  readonly atMs: readonly number[]
  readonly lines: readonly Line[]
  readonly words: (value: number | null) => string
  /** Drawn as a dashed line where it fits. */
  readonly target?: number
}

/** Lines over time with their latest values in words, and a table of the same numbers for who does not see them. */
export function chart({ title, atMs, lines, words, target }: Chart): HTMLElement {
  const known = lines.flatMap(({ values }) => values.filter((value) => value !== null))
  const top = Math.max(...known, target ?? 0, 1e-9) * 1.1
  const picture = svg('svg', {
    viewBox: `0 0 ${width} ${height}`,
    role: 'img',
    'aria-label': summary(title, lines, words),
  })
  if (target !== undefined && target <= top) {
    const y = String(yOf(target, top))
    picture.append(svg('line', { x1: '0', x2: String(width), y1: y, y2: y, class: 'target' }))
  }
  lines.forEach(({ values }, at) => {
    picture.append(svg('path', { d: pathOf(values, top), class: `line line${at}` }))
  })
  const legend = lines.map(({ name, values }, at) =>
    make('li', { class: `key${at}` }, make('span', {}, name), ' ', make('b', {}, words(latest(values)))),
  )
  return make(
    'figure',
    { class: 'chart' },
    make(
      'figcaption',
      {},
      title,
      target === undefined ? null : make('span', { class: 'quiet' }, ` target ${words(target)}`),
    ),
    picture,
    make('ul', { class: 'legend' }, ...legend),
    make(
      'details',
      { 'data-name': title },
      make('summary', {}, make('span', { class: 'unseen' }, `${title}: `), 'As a table'),
      numbers(title, atMs, lines, words),
    ),
  )
}

function numbers(title: string, atMs: readonly number[], lines: readonly Line[], words: Chart['words']): HTMLElement {
  const step = Math.max(1, Math.ceil(atMs.length / rowsMax))
  const rows = atMs.map((at, index) => ({ at, index })).filter(({ index }) => (atMs.length - 1 - index) % step === 0)
  return make(
    'table',
    {},
    make('caption', { class: 'unseen' }, title),
    make(
      'thead',
      {},
      make(
        'tr',
        {},
        make('th', { scope: 'col' }, 'Time'),
        ...lines.map(({ name }) => make('th', { scope: 'col', class: 'number' }, name)),
      ),
    ),
    make(
      'tbody',
      {},
      ...rows.map(({ at, index }) =>
        make(
          'tr',
          {},
          make('th', { scope: 'row' }, clock(at)),
          ...lines.map(({ values }) => make('td', { class: 'number' }, words(values[index] ?? null))),
        ),
      ),
    ),
  )
}

function summary(title: string, lines: readonly Line[], words: Chart['words']): string {
  return `${title}, now: ${lines.map(({ name, values }) => `${name} ${words(latest(values))}`).join(', ')}`
}

function latest(values: readonly (number | null)[]): number | null {
  return values.findLast((value) => value !== null) ?? null
}

/** A gap where nothing was measured is a gap in the line; a lone sample is a dot. */
function pathOf(values: readonly (number | null)[], top: number): string {
  const step = (width - left * 2) / Math.max(values.length - 1, 1)
  let path = ''
  let open = false
  values.forEach((value, at) => {
    if (value === null) {
      open = false
      return
    }
    const point = `${(left + at * step).toFixed(1)} ${yOf(value, top)}`
    path += open ? `L${point}` : `M${point}l0.01 0`
    open = true
  })
  return path
}

function yOf(value: number, top: number): number {
  return Math.round((height - bottom - (value / top) * (height - bottom * 2)) * 10) / 10
}

function svg(tag: string, attributes: Readonly<Record<string, string>>): SVGElement {
  const element = document.createElementNS(namespace, tag)
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value)
  return element
}

export type Attributes = Readonly<Record<string, string | number | undefined>>
/** Where along a gradient (0 to 1), which colour, how opaque (absent: fully). */
export type Stop = readonly [at: number, colour: string, opacity?: number]

const fontFamily = "system-ui,-apple-system,'Segoe UI',Roboto,'DejaVu Sans',sans-serif"

/** Draws SVG: no scripts, no style sheets, no address of anything outside. Numbers are kept to a tenth of a pixel. */
export class Canvas {
  readonly #definitions: string[] = []
  readonly #ids = new Map<string, string>()
  #parts: string[] = []

  constructor(
    readonly width: number,
    readonly height: number,
  ) {}

  add(name: string, attributes: Attributes, inside = ''): this {
    this.#parts.push(element(name, attributes, inside))
    return this
  }

  rect(x: number, y: number, width: number, height: number, attributes: Attributes = {}): this {
    return this.add('rect', { x, y, width, height, ...attributes })
  }

  circle(cx: number, cy: number, r: number, attributes: Attributes = {}): this {
    return this.add('circle', { cx, cy, r, ...attributes })
  }

  ellipse(cx: number, cy: number, rx: number, ry: number, attributes: Attributes = {}): this {
    return this.add('ellipse', { cx, cy, rx, ry, ...attributes })
  }

  path(d: string, attributes: Attributes = {}): this {
    return this.add('path', { d, ...attributes })
  }

  /** A path that is drawn and not filled. */
  stroke(d: string, colour: string, width: number, attributes: Attributes = {}): this {
    return this.path(d, {
      fill: 'none',
      stroke: colour,
      'stroke-width': width,
      'stroke-linecap': 'round',
      ...attributes,
    })
  }

  text(x: number, y: number, words: string, size: number, attributes: Attributes = {}): this {
    return this.add('text', { x, y, 'font-size': size, ...attributes }, escaped(words))
  }

  group(attributes: Attributes, draw: () => void): this {
    const outside = this.#parts
    this.#parts = []
    draw()
    const inside = this.#parts.join('')
    this.#parts = outside
    return this.add('g', attributes, inside)
  }

  fill(paint: string): this {
    return this.rect(0, 0, this.width, this.height, { fill: paint })
  }

  /** A gradient across whatever is painted with it; 90 degrees: from top to bottom. Returns the paint. */
  linear(stops: readonly Stop[], degrees = 90): string {
    const [x, y] = [Math.cos((degrees * Math.PI) / 180) / 2, Math.sin((degrees * Math.PI) / 180) / 2]
    const ends = { x1: fine(0.5 - x), y1: fine(0.5 - y), x2: fine(0.5 + x), y2: fine(0.5 + y) }
    return this.#define('linearGradient', ends, stopsOf(stops))
  }

  /** A gradient from top to bottom of the picture itself, whatever is painted with it. */
  down(y1: number, y2: number, stops: readonly Stop[]): string {
    return this.#define('linearGradient', { gradientUnits: 'userSpaceOnUse', x1: 0, x2: 0, y1, y2 }, stopsOf(stops))
  }

  /** From the middle of what is painted (or from `cx`, `cy`, as shares) outwards. */
  radial(stops: readonly Stop[], cx = 0.5, cy = 0.5, r = 0.5): string {
    return this.#define('radialGradient', { cx: fine(cx), cy: fine(cy), r: fine(r) }, stopsOf(stops))
  }

  blur(deviation: number): string {
    const frame = { x: '-50%', y: '-50%', width: '200%', height: '200%' }
    return this.#define('filter', frame, element('feGaussianBlur', { stdDeviation: deviation }))
  }

  clip(shape: string): string {
    return this.#define('clipPath', {}, element('path', { d: shape }))
  }

  toString(): string {
    const { width, height } = this
    const frame = { xmlns: 'http://www.w3.org/2000/svg', width, height, viewBox: `0 0 ${width} ${height}` }
    const definitions = this.#definitions.length === 0 ? '' : element('defs', {}, this.#definitions.join(''))
    return element('svg', { ...frame, 'font-family': fontFamily }, definitions + this.#parts.join(''))
  }

  /** The paint that refers to a definition; the same one is written once. */
  #define(name: string, attributes: Attributes, inside: string): string {
    const key = element(name, attributes, inside)
    const known = this.#ids.get(key)
    if (known !== undefined) return `url(#${known})`
    const id = `d${this.#ids.size.toString(36)}`
    this.#ids.set(key, id)
    this.#definitions.push(element(name, { id, ...attributes }, inside))
    return `url(#${id})`
  }
}

/** A number as it stands in the picture: to a tenth, without what says nothing. */
export function tenth(value: number): string {
  return String(Math.round(value * 10) / 10)
}

function fine(value: number): string {
  return String(Math.round(value * 1_000) / 1_000)
}

function stopsOf(stops: readonly Stop[]): string {
  return stops
    .map(([at, colour, opacity]) =>
      element('stop', {
        offset: fine(at),
        'stop-color': colour,
        'stop-opacity': opacity === undefined ? opacity : fine(opacity),
      }),
    )
    .join('')
}

function element(name: string, attributes: Attributes, inside = ''): string {
  let text = `<${name}`
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== undefined) text += ` ${key}="${typeof value === 'number' ? tenth(value) : value}"`
  }
  return inside === '' ? `${text}/>` : `${text}>${inside}</${name}>`
}

function escaped(words: string): string {
  return words.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
}

import { Canvas } from './kit/canvas.ts'
import type { Random } from './kit/random.ts'

export interface Look {
  readonly ground: readonly [string, string]
  readonly skin: string
  readonly shade: string
  readonly hair: string
  readonly coat: string
  readonly collar: string
  readonly style: 'bob' | 'short' | 'curls' | 'bun'
  readonly glasses?: boolean
  readonly beard?: boolean
}

/** A person made of a few shapes: no line more than it takes to be somebody. */
export function portrait(random: Random, look: Look): Canvas {
  const canvas = new Canvas(800, 800)
  canvas.fill(look.ground[0])
  canvas.circle(400, 420, 318, { fill: look.ground[1] })
  if (look.style === 'bob')
    canvas.path('M222 380c-10-150 80-220 178-220s188 70 178 220c-4 90 6 150 20 196H202c14-46 24-106 20-196z', {
      fill: look.hair,
    })
  if (look.style === 'bun') canvas.circle(400, 148, 74, { fill: look.hair })
  if (look.style === 'curls') curls(canvas, random, look.hair)
  shoulders(canvas, look)
  head(canvas, look)
  hair(canvas, random, look)
  return canvas
}

function shoulders(canvas: Canvas, { skin, shade, coat, collar }: Look): void {
  canvas.path('M96 800c6-130 96-196 214-214h180c118 18 208 84 214 214z', { fill: coat })
  canvas.path('M490 586c118 18 208 84 214 214H560c0-90-20-160-70-214z', { fill: '#000', opacity: 0.12 })
  canvas.path('M300 590c30 60 70 86 100 86s70-26 100-86l-24-12H324z', { fill: collar })
  canvas.path('M334 480h132v104c-30 46-102 46-132 0z', { fill: skin })
  canvas.path('M334 520c40 44 92 44 132-2v34c-40 40-96 34-132 0z', { fill: shade, opacity: 0.6 })
}

function head(canvas: Canvas, { skin, shade, hair: colour, glasses, beard }: Look): void {
  canvas.ellipse(270, 392, 30, 44, { fill: skin }).ellipse(530, 392, 30, 44, { fill: shade })
  const face = 'M400 214c92 0 134 62 134 146 0 110-56 192-134 192s-134-82-134-192c0-84 42-146 134-146z'
  canvas.path(face, { fill: skin })
  canvas.path('M400 214c92 0 134 62 134 146 0 110-56 192-134 192 60-40 84-130 76-204-6-62-30-112-76-134z', {
    fill: shade,
    opacity: 0.4,
  })
  if (beard) {
    canvas.path(
      'M266 372c8 40 20 60 44 66 30-22 60-26 90-14 30-12 60-8 90 14 24-6 36-26 44-66 6 126-54 214-134 214s-140-88-134-214z',
      { fill: colour },
    )
    canvas.path('M362 462c24-12 52-12 76 0-10 30-66 30-76 0z', { fill: '#7d3b37' })
  } else {
    canvas.stroke('M352 470c28 30 68 30 96 0', '#8c3f3a', 10)
    canvas
      .circle(306, 440, 26, { fill: '#e0604c', opacity: 0.22 })
      .circle(494, 440, 26, { fill: '#e0604c', opacity: 0.22 })
  }
  canvas.stroke('M400 372c-4 26-14 38-6 46 6 6 14 4 20 2', shade, 9)
  canvas.circle(344, 370, 12, { fill: '#20222c' }).circle(456, 370, 12, { fill: '#20222c' })
  canvas.circle(348, 366, 4, { fill: '#fff' }).circle(460, 366, 4, { fill: '#fff' })
  canvas.stroke('M318 330c14-12 34-14 50-6M432 324c16-8 36-6 50 6', colour, 10)
  if (glasses) {
    canvas.group({ fill: '#fff', 'fill-opacity': 0.1, stroke: '#23283a', 'stroke-width': 9 }, () => {
      canvas.circle(344, 374, 48).circle(456, 374, 48).path('M392 366c6-6 12-6 16 0M296 366l-26-8M504 366l26-8')
    })
  }
}

function hair(canvas: Canvas, random: Random, { style, hair: fill }: Look): void {
  if (style === 'bob') {
    canvas.path(
      'M254 380c-6-110 50-184 146-184s152 74 146 184c-22-24-36-60-40-102-60 30-130 30-190-6-8 46-30 84-62 108z',
      { fill },
    )
  } else if (style === 'short') {
    canvas.path(
      'M258 364c-22-98 16-178 110-190 40-26 130-12 158 38 30 40 30 100 16 152-10-40-22-66-40-84-70 14-130 4-170-28-34 24-60 62-74 112z',
      { fill },
    )
  } else if (style === 'bun') {
    canvas.path('M256 372c-8-112 52-186 144-186s152 74 144 186c-16-70-66-120-144-122-78 2-128 52-144 122z', { fill })
  } else {
    for (let n = 0; n < 7; n++) {
      canvas.circle(290 + n * 37, 236 - Math.sin((n / 6) * Math.PI) * 36, random.between(40, 52), { fill })
    }
  }
}

/** A cloud of curls behind the head. */
function curls(canvas: Canvas, random: Random, fill: string): void {
  canvas.circle(400, 350, 190, { fill })
  for (let n = 0; n < 17; n++) {
    const angle = Math.PI * 0.82 + (n / 16) * Math.PI * 1.36
    canvas.circle(400 + Math.cos(angle) * 176, 360 + Math.sin(angle) * 176, random.between(40, 56), { fill })
  }
}

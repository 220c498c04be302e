import { createHash } from 'node:crypto'
import { bars } from './bars.ts'
import { cutouts } from './cutouts.ts'
import { dashboard } from './dashboard.ts'
import { daylight } from './daylight.ts'
import { desk } from './desk.ts'
import { floorPlan } from './floor-plan.ts'
import { harbourDawn } from './harbour-dawn.ts'
import { hills } from './hills.ts'
import type { Canvas } from './kit/canvas.ts'
import { type Random, seeded } from './kit/random.ts'
import { northernLights } from './northern-lights.ts'
import { orbit } from './orbit.ts'
import { people } from './people.ts'
import { phone } from './phone.ts'
import { readingRoom } from './reading-room.ts'
import { sensor } from './sensor.ts'
import { breadLeft, lightByMonth } from './series.ts'
import { shapes } from './shapes.ts'
import { shopShelf } from './shop-shelf.ts'
import { townMap } from './town-map.ts'
import { workshopWall } from './workshop-wall.ts'

const drawings = {
  'bread-left': () => bars(breadLeft),
  cutouts,
  dashboard,
  daylight,
  desk,
  'floor-plan': floorPlan,
  'harbour-dawn': harbourDawn,
  hills,
  'light-by-month': () => bars(lightByMonth),
  'northern-lights': northernLights,
  orbit,
  phone,
  'portrait-ife': people.ife,
  'portrait-jonas': people.jonas,
  'portrait-mira': people.mira,
  'portrait-sunniva': people.sunniva,
  'reading-room': readingRoom,
  sensor,
  shapes,
  'shop-shelf': shopShelf,
  'town-map': townMap,
  'workshop-wall': workshopWall,
} as const satisfies Record<string, (random: Random) => Canvas>

export type PictureName = keyof typeof drawings

export interface Picture {
  readonly svg: string
  /** Pixels of its own coordinate system. */
  readonly width: number
  readonly height: number
  /** Names the contents, so that an address that carries it never changes what it shows. */
  readonly hash: string
}

export const pictureNames = Object.keys(drawings) as readonly PictureName[]

export const picturesPrefix = '/-/pictures/'
const drawn = new Map<PictureName, Picture>()

/** A picture by its name: drawn when it is first asked for, the same on every machine. */
export function picture(name: PictureName): Picture
export function picture(name: string): Picture | undefined
export function picture(name: string): Picture | undefined {
  if (!isName(name)) return undefined
  const known = drawn.get(name)
  if (known !== undefined) return known
  const canvas = drawings[name](seeded(name))
  const svg = canvas.toString()
  const hash = createHash('sha256').update(svg).digest('hex').slice(0, 10)
  const made: Picture = { svg, width: canvas.width, height: canvas.height, hash }
  drawn.set(name, made)
  return made
}

/** Where a picture is served, for the `src` of a document. */
export function pictureUrl(name: PictureName): string {
  return `${picturesPrefix}${name}-${picture(name).hash}.svg`
}

/** The size of the picture at an address of ours; undefined for any other. */
export function pictureSize(src: string): { readonly width: number; readonly height: number } | undefined {
  const found = pictureAt(src)
  return found === undefined ? undefined : { width: found.picture.width, height: found.picture.height }
}

/** What an address asks for; it may carry the hash of an earlier drawing. */
export function pictureAt(
  path: string,
): { readonly name: PictureName; readonly hash: string; readonly picture: Picture } | undefined {
  if (!path.startsWith(picturesPrefix)) return undefined
  const [, name = '', hash = ''] =
    /^([a-z0-9-]{1,40})-([0-9a-f]{10})\.svg$/.exec(path.slice(picturesPrefix.length)) ?? []
  return isName(name) ? { name, hash, picture: picture(name) } : undefined
}

function isName(name: string): name is PictureName {
  return Object.hasOwn(drawings, name)
}

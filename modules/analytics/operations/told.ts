import { type Static, Type } from '@sinclair/typebox'
import { analyticsLimits } from '../limits.ts'
import { actKinds, devices } from '../schema.ts'

const id = Type.String({ minLength: 1, maxLength: 64 })
const word = Type.String({ maxLength: 200 })

/** Something that a visitor did on a page: answered a block, asked the chat, followed a link. */
export const act = Type.Object({
  /** Counts within the showing of the page; 0 is the showing itself. */
  n: Type.Integer({ minimum: 1, maximum: analyticsLimits.eventsPerViewMax }),
  kind: Type.Union(actKinds.map((kind) => Type.Literal(kind))),
  /** The block, or where the link leads. */
  detail: word,
})

/** What one beacon tells, once it is known whom it is from. */
export const told = Type.Object({
  capsuleId: id,
  visitor: id,
  email: Type.Union([Type.Null(), Type.String({ maxLength: 320 })]),
  link: Type.String({ maxLength: 64 }),
  source: word,
  campaign: word,
  country: Type.String({ maxLength: 2 }),
  device: Type.Union(devices.map((device) => Type.Literal(device))),
  /** The client's own id of this showing of the page. */
  view: id,
  page: id,
  /** The page of this capsule that led here; null: somebody arrived. */
  from: Type.Union([Type.Null(), Type.String({ maxLength: 64 })]),
  /** For how long the page was seen so far. */
  ms: Type.Integer({ minimum: 0, maximum: analyticsLimits.viewMsMax }),
  gone: Type.Boolean(),
  /** When the node heard it. */
  atMs: Type.Integer({ minimum: 0 }),
  acts: Type.Array(act, { maxItems: analyticsLimits.actsPerBeaconMax }),
})
export type Told = Static<typeof told>

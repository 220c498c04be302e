import { type Static, Type } from '@sinclair/typebox'
import { databasesMax } from './limits.ts'

const closed = { additionalProperties: false }
const natural = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })
const name = Type.String({ minLength: 1, maxLength: 64 })
const nonce = Type.String({ minLength: 8, maxLength: 64 })
const position = Type.Object({ epoch: natural, number: natural }, closed)
const ltx = Type.Object({ txid: natural, checksum: Type.String({ maxLength: 32 }) }, closed)

/** G34: a learner whose nonce is confirmed. */
export const admission = Type.Object({ node: name, nonce, position }, closed)
export type Admission = Static<typeof admission>

export const claim = Type.Object(
  { epoch: natural, beat: natural, confirmed: Type.Union([position, Type.Null()]), admitted: Type.Array(admission) },
  closed,
)
export type Claim = Static<typeof claim>

/** G10: everything that a guard has to say of itself; each replaces the one before. */
export const report = Type.Object(
  {
    type: Type.Literal('report'),
    promised: natural,
    member: Type.Boolean(),
    /** The incarnation of each node that this one has heard: proves that what it says is newer than their start (G33). */
    heard: Type.Record(name, nonce),
    databases: Type.Record(name, ltx, { maxProperties: databasesMax }),
    claim: Type.Union([claim, Type.Null()]),
    echo: Type.Union([Type.Object({ epoch: natural, beat: natural }, closed), Type.Null()]),
  },
  closed,
)
export type Report = Static<typeof report>

/** G13: would you vote for me? */
export const canvass = Type.Object({ type: Type.Literal('canvass'), round: natural, position }, closed)
export type Canvass = Static<typeof canvass>

const refusal = Type.Union([
  Type.Literal('not a member'),
  Type.Literal('promised'),
  Type.Literal('primary known'),
  Type.Literal('position unknown'),
  Type.Literal('ahead'),
])
/** Why somebody would not vote, or did not. */
export type Refusal = Static<typeof refusal>

export const canvassed = Type.Object(
  {
    type: Type.Literal('canvassed'),
    round: natural,
    promised: natural,
    refused: Type.Union([refusal, Type.Null()]),
  },
  closed,
)

/** G15: vote for me. */
export const vote = Type.Object(
  { type: Type.Literal('vote'), epoch: natural, position, offer: Type.Union([nonce, Type.Null()]) },
  closed,
)
export type Vote = Static<typeof vote>

export const voted = Type.Object(
  {
    type: Type.Literal('voted'),
    epoch: natural,
    promised: natural,
    refused: Type.Union([refusal, Type.Null()]),
  },
  closed,
)

/** G29: take over from me, from exactly here. */
export const offer = Type.Object({ type: Type.Literal('offer'), epoch: natural, offer: nonce, position }, closed)
export type Offer = Static<typeof offer>

/** What guards say to each other; checked where it enters. */
export const message = Type.Union([report, canvass, canvassed, vote, voted, offer])
export type Message = Static<typeof message>

import { Type } from '@sinclair/typebox'
import { AppError } from '../../../src/errors.ts'
import type { Caller } from '../governance/governance.ts'
import { pictureFault } from '../pictures.ts'
import type { Making } from './proposal.ts'
import { line } from './wording.ts'
import { unusable, type Writer } from './writer.ts'

export interface PictureWish {
  /** A data URL of a picture, or an https address that the provider opens. */
  readonly picture: string
  /** The page's words around it: its title, its caption. */
  readonly near: string
}

const textLengthMax = 300
const nearLengthMax = 2_000
const tokensMax = 300

/** @throws AppError invalid for what is no picture that a provider may be shown. */
export function checkPicture(picture: string): void {
  const fault = /^http:/i.test(picture) ? 'must be an https address' : pictureFault(picture)
  if (fault === undefined) return
  throw new AppError('invalid', `The picture ${fault}.`, { faults: [{ pointer: '/picture', message: fault }] })
}

/** What a picture shows, for those who do not see it (WCAG 2.2, 1.1.1). */
export async function describePicture(
  writer: Writer,
  caller: Caller,
  { picture, near }: PictureWish,
  { signal, told }: Making,
): Promise<{ readonly text: string }> {
  const object = await writer.object(
    {
      caller,
      rules: [
        'You write the alternative text of a picture on a web page, for people who do not see it.',
        'One sentence of at most 25 words that says what matters in it; no "picture of"; if it shows text, say the text. Write in the language of "near", the words around it; name only people and places that these name.',
      ],
      data: { near: near.slice(0, nearLengthMax) },
      schema: Type.Object({ text: Type.String() }, { additionalProperties: false }),
      tokensMax,
      picture,
    },
    { signal },
    (done) => told({ step: 'writing', done, of: 0 }),
  )
  const text = line(object.text, textLengthMax)
  if (text === '') throw unusable()
  return { text }
}

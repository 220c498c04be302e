import { Type } from '@sinclair/typebox'
import { AppError } from '../../../src/errors.ts'
import { type CapsuleDocument, limits as documentLimits, parseDocument } from '../../capsule/index.ts'
import type { Caller } from '../governance/governance.ts'
import { limits } from '../limits.ts'
import { Refusal } from '../refusal.ts'
import { isRecord } from '../requests.ts'
import type { Making } from './proposal.ts'
import { type Run, runsOf } from './texts.ts'
import { line } from './wording.ts'
import type { Writer } from './writer.ts'

export interface TranslationWish {
  readonly title: string
  readonly document: CapsuleDocument
  /** BCP 47. */
  readonly language: string
}

export interface Translation {
  readonly title: string
  readonly document: CapsuleDocument
  /** Texts that are in the new language now, and those that stayed as they were: the answer for them could not be used. */
  readonly translated: number
  readonly kept: number
}

/** Of one call: few enough that an answer comes soon and is whole. */
const batchTextsMax = 30
const batchLengthMax = 3_000
const callsAtOnce = 3
/** A token is seldom more than two characters of any language, and JSON stands around them. */
const tokensMost = 8_000

const answer = Type.Object(
  {
    texts: Type.Array(Type.Object({ number: Type.Integer(), text: Type.String() }, { additionalProperties: false })),
  },
  { additionalProperties: false },
)

/** @throws AppError invalid for a language that has no name. */
export function languageName(tag: string): string {
  try {
    const name = new Intl.DisplayNames('en', { type: 'language', fallback: 'none' }).of(tag)
    if (name !== undefined) return name
  } catch {}
  throw new AppError('invalid', `"${tag.slice(0, 40)}" is not a language that is known here.`, {
    faults: [{ pointer: '/language', message: 'must be a language tag such as de or pt-BR' }],
  })
}

/** What a document has to be translated in, its title first. @throws AppError too-large, invalid when there is nothing. */
export function textsOf({ title, document }: TranslationWish) {
  const made = { title, document: structuredClone(document) }
  const own: Run = {
    text: title,
    put(text) {
      const words = line(text, documentLimits.titleLengthMax)
      if (words !== '') made.title = words
      return words !== ''
    },
  }
  const runs = [own, ...runsOf(made.document)]
  const length = runs.reduce((sum, { text }) => sum + text.length, 0)
  if (length > limits.translationLengthMax) {
    throw new AppError('too-large', `At most ${limits.translationLengthMax} characters are translated at once.`)
  }
  if (runs.length === 1) throw new AppError('invalid', 'There is no text to translate yet.')
  return { made, runs }
}

/** The whole of a capsule in another language; everything but its words stays. What no answer could be used for stays too. */
export async function translate(
  writer: Writer,
  caller: Caller,
  wish: TranslationWish,
  texts: ReturnType<typeof textsOf>,
  { signal, told }: Making,
): Promise<Translation> {
  const { made, runs } = texts
  const left = new Set(runs)
  const tell = () => told({ step: 'writing', done: runs.length - left.size, of: runs.length })
  const one = async (batch: readonly Run[], signal: AbortSignal) => {
    const texts = batch.map(({ text }, n) => ({ number: n + 1, text }))
    const wanted = {
      caller,
      rules: rules(wish.language),
      data: { page: wish.title, texts },
      schema: answer,
      tokensMax: tokensMost,
    }
    for (const [n, text] of answersIn(await writer.object(wanted, { signal }, () => {}))) {
      const run = batch[n - 1]
      if (run !== undefined && left.has(run) && run.put(text)) left.delete(run)
    }
    tell()
  }
  tell()
  await each(batchesOf(runs), one, signal)
  if (left.size === runs.length)
    throw new AppError('unavailable', 'The AI did not give an answer that can be used here. Try again.')
  // Once more for what was left out or could not be used, in small steps.
  // What is translated by now was paid for: it is given also when there is no more to be had.
  if (left.size > 0) await each(batchesOf([...left], 5), one, signal).catch(unlessRefused)
  const { language } = wish
  made.document.settings = { ...made.document.settings, language }
  return {
    title: made.title,
    document: parseDocument(made.document),
    translated: runs.length - left.size,
    kept: left.size,
  }
}

function unlessRefused(error: unknown): void {
  if (!(error instanceof Refusal)) throw error
}

function rules(language: string): string[] {
  return [
    `You translate a web page into ${languageName(language)} (${language}), as a careful native writer would.`,
    'The user message holds numbered "texts" of the page. Give each back under its number, translated.',
    'Tags such as <1>…</1> and <2/> mark parts of a text: each must stand in the translation exactly once, around or at the same meaning. Keep &lt; and &amp; as they are.',
    'Keep names, addresses, numbers and the tone. What is in that language already stays as it is. Add nothing and leave nothing out.',
  ]
}

/** What is no number of a text, or no text, is left out. */
function answersIn(object: Record<string, unknown>): (readonly [number, string])[] {
  if (!Array.isArray(object.texts)) return []
  return object.texts.flatMap((one: unknown) =>
    isRecord(one) && typeof one.number === 'number' && typeof one.text === 'string'
      ? [[one.number, one.text] as const]
      : [],
  )
}

function batchesOf(runs: readonly Run[], most = batchTextsMax): Run[][] {
  const batches: Run[][] = []
  let length = 0
  for (const run of runs) {
    const last = batches.at(-1)
    if (last === undefined || last.length >= most || length + run.text.length > batchLengthMax) {
      batches.push([run])
      length = run.text.length
    } else {
      last.push(run)
      length += run.text.length
    }
  }
  return batches
}

/** A few at once. An answer that cannot be used costs its batch alone; a budget, a limit or a provider that is away ends it all. */
async function each<T>(
  items: readonly T[],
  work: (item: T, signal: AbortSignal) => Promise<void>,
  left: AbortSignal,
): Promise<void> {
  const waiting = [...items]
  const over = new AbortController()
  const signal = AbortSignal.any([left, over.signal])
  const worker = async () => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) {
      signal.throwIfAborted()
      try {
        await work(item, signal)
      } catch (error) {
        const isUnusable = error instanceof AppError && error.code === 'unavailable'
        if (error instanceof Refusal || !isUnusable) {
          over.abort()
          throw error
        }
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(callsAtOnce, items.length) }, worker))
}

import type { Block } from '../../../../capsule/index.ts'
import { t } from '../../app/words.ts'

type Path = readonly (string | number)[]

/** A text of a block, where it stands on the page. */
export interface InlineText {
  readonly element: HTMLElement
  readonly path: Path
  readonly placeholder: string
  readonly lengthMax: number
}

const line = 200
const long = 5_000

/** The texts of a rendered block that can be written on the spot. Rich text has an editor of its own. */
export function inlineTexts(block: Block, root: HTMLElement): InlineText[] {
  const words = t().blocks.placeholders
  const all = (selector: string) => [...root.querySelectorAll<HTMLElement>(selector)]
  const one = (element: Element | null | undefined, path: Path, placeholder: string, lengthMax: number) =>
    element == null ? [] : [{ element: element as HTMLElement, path, placeholder, lengthMax }]
  const choices = (elements: readonly HTMLElement[], path: Path) =>
    elements.flatMap((element, n) => one(element, [...path, n, 'text'], words.choice, line))
  switch (block.type) {
    case 'heading':
      return one(root, ['text'], words.heading, line)
    case 'button':
      return one(root.querySelector('a') ?? root, ['label'], words.button, line)
    case 'image':
    case 'video':
    case 'audio':
    case 'file':
      return one(root.querySelector('figcaption'), ['caption'], words.caption, long)
    case 'poll':
      return [
        ...one(root.querySelector('legend'), ['question'], words.question, long),
        ...choices(all('.choice > span'), ['choices']),
      ]
    case 'quiz':
      return all('fieldset').flatMap((fieldset, n) => [
        ...one(fieldset.querySelector('legend'), ['questions', n, 'text'], words.question, long),
        ...choices([...fieldset.querySelectorAll<HTMLElement>('.choice > span')], ['questions', n, 'choices']),
      ])
    case 'form':
      return block.fields.flatMap((field, n) => {
        const asked = all('.asked[data-key]').find((element) => element.dataset.key === field.id)
        const label = asked?.querySelector('legend, .label') ?? asked?.querySelector('.choice > span')
        const texts = field.kind === 'choice' ? [...(asked?.querySelectorAll<HTMLElement>('.choice > span') ?? [])] : []
        return [
          ...one(alone(label), ['fields', n, 'label'], words.label, line),
          ...choices(texts, ['fields', n, 'choices']),
        ]
      })
    case 'chat':
      return [
        ...one(block.greeting === undefined ? null : root.querySelector('p'), ['greeting'], words.greeting, long),
        ...all('li').flatMap((element, n) => one(element, ['starters', n], words.question, line)),
      ]
    default:
      return []
  }
}

/** A label may be followed by "(optional)": its own text gets an element of its own. */
function alone(label: Element | null | undefined): Element | undefined {
  if (label == null) return undefined
  if (label.children.length === 0) return label
  const span = label.ownerDocument.createElement('span')
  const text = label.firstChild
  if (text?.nodeType === Node.TEXT_NODE) span.append(text)
  label.prepend(span)
  return span
}

/** The block with another text at a path. */
export function withText(block: Block, path: Path, text: string): Block {
  return put(block, path, text) as Block
}

function put(value: unknown, [step, ...rest]: Path, text: string): unknown {
  if (step === undefined) return text
  if (Array.isArray(value)) return value.map((item, n) => (n === step ? put(item, rest, text) : item))
  if (typeof value !== 'object' || value === null) return value
  return { ...value, [step]: put((value as Record<string, unknown>)[step], rest, text) }
}

/** One line, without what no text holds. */
export function cleaned(text: string, lengthMax: number): string {
  return text
    .replace(/[\p{Cc}\u00a0]+/gu, ' ')
    .slice(0, lengthMax)
    .toWellFormed()
}

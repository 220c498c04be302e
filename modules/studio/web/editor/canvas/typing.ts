import type { Block } from '../../../../capsule/index.ts'
import { newBlock, newChoice } from '../document/making.ts'
import { placeOf } from '../document/tree.ts'
import type { Editing } from '../editing.ts'
import type { Surface } from './surface.ts'

/** Enter in a single line: after a choice comes another choice, after anything else a text. */
export function onEnter(editing: Editing, surface: Surface, block: Block, path: readonly (string | number)[]): void {
  const place = placeOf(editing.document.value, block.id)
  if (place === undefined) return
  if (block.type === 'poll' && path[0] === 'choices' && typeof path[1] === 'number') {
    const at = path[1] + 1
    editing.edit(block, { choices: block.choices.toSpliced(at, 0, { ...newChoice(at + 1), text: '' }) })
    return surface.focusText(block.id, ['choices', at, 'text'])
  }
  if (block.type === 'poll' && path[0] === 'question') return surface.focusText(block.id, ['choices', 0, 'text'])
  if (block.type !== 'heading') return
  const text = newBlock('richText', '')
  editing.insert(text, place.list, place.index + 1)
  // At once, within the key: the next one may follow before the next frame, and belongs to the new text.
  surface.focus(text.id)
}

import { t } from '../../app/words.ts'
import type { Editing } from '../editing.ts'
import { makeWritable } from './elements.ts'
import { cleaned } from './inline.ts'

const lengthMax = 200

/** The page's title, written where it stands. Without one a page is called as the capsule is. */
export function bindTitle(heading: HTMLElement, editing: Editing, pageId: () => string): void {
  makeWritable(heading, t().blocks.placeholders.title)
  heading.addEventListener('input', () => {
    const text = cleaned(heading.textContent ?? '', lengthMax)
    heading.toggleAttribute('data-empty', text === '')
    editing.editPage(
      pageId(),
      ({ title: _, ...page }) => (text.trim() === '' ? page : { ...page, title: text }),
      `${pageId()} title`,
    )
  })
  heading.addEventListener('keydown', (event) => {
    if (event.key === 'Enter') event.preventDefault()
  })
}

import type { Block } from '../../../../capsule/index.ts'
import { t } from '../../app/words.ts'
import { noAddress, noSource } from '../document/making.ts'

/** Elements that have a meaning of their own keep it; others are said to be texts that can be written. */
const speaking = ['H1', 'H2', 'H3', 'H4', 'LEGEND', 'LABEL', 'A', 'FIGCAPTION', 'LI']
/** Blocks whose elements say by themselves what they are. */
export const selfDescribing = ['FIGURE', 'FORM', 'HR', 'SECTION']

/** Makes a text writable where it stands, as plain text. */
export function makeWritable(element: HTMLElement, placeholder: string): void {
  element.contentEditable = 'plaintext-only'
  element.spellcheck = true
  element.tabIndex = 0
  element.dataset.placeholder = placeholder
  element.toggleAttribute('data-empty', element.textContent === '')
  if (speaking.includes(element.tagName)) return
  element.setAttribute('role', 'textbox')
  element.setAttribute('aria-label', placeholder)
}

export type Parent = Element & { moveBefore?: (node: Node, before: Node | null) => void }

/** Moves without losing the focus where the browser can (moveBefore), and as ever where it can't. */
export function put(parent: Parent, node: HTMLElement, before: Node | null): void {
  if (node.isConnected && parent.isConnected && parent.moveBefore !== undefined) parent.moveBefore(node, before)
  else parent.insertBefore(node, before)
}

export function isUnset(block: Block): boolean {
  return ('src' in block && block.src === noSource) || (block.type === 'embed' && block.url === noAddress)
}

/** What has no file or address yet says what to do. */
export function unsetElement(block: Block, document: Document): HTMLElement {
  const words = t().blocks
  const element = document.createElement('p')
  element.className = 'missing'
  element.textContent =
    block.type === 'embed' ? words.embedEmpty : block.type === 'image' ? words.choosePicture : words.chooseFile
  return element
}

/** The "+" at the end of a column. */
export function columnButton(document: Document, label: string, onClick: (button: HTMLElement) => void): HTMLElement {
  const button = document.createElement('button')
  button.type = 'button'
  button.className = 'add-in-column'
  button.textContent = '+'
  button.setAttribute('aria-label', label)
  button.addEventListener('click', () => onClick(button))
  return button
}

/** Nothing on the canvas is used, only edited: controls of the page are out of the keyboard's way. */
export function disarm(root: HTMLElement): void {
  root.removeAttribute('id')
  for (const control of root.querySelectorAll<HTMLElement>('input, button, a, iframe, video, audio')) {
    control.tabIndex = -1
    control.removeAttribute('required')
  }
}

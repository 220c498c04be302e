import { element } from '../shared/elements.ts'
import { openBar } from './bar.ts'

/** In the protocol's order (SPEC.md, R17). */
const kinds: Readonly<Record<string, { readonly sign: string; readonly label: string }>> = {
  clap: { sign: '👏', label: 'Applause' },
  heart: { sign: '❤️', label: 'Love' },
  laugh: { sign: '😄', label: 'Laugh' },
  wow: { sign: '😮', label: 'Wow' },
  idea: { sign: '💡', label: 'Good idea' },
}
const group = element('div', '', 'reactions')
const counts = new Map<string, number>()
const buttons = new Map<string, HTMLElement>()

export function offerReactions(react: (reaction: string) => void): void {
  if (group.isConnected) return
  group.setAttribute('role', 'group')
  group.setAttribute('aria-label', 'React')
  for (const [kind, { label }] of Object.entries(kinds)) {
    const button = element('button')
    button.setAttribute('aria-label', label)
    button.addEventListener('click', () => react(kind))
    buttons.set(kind, button)
    group.append(button)
    show(kind)
  }
  openBar().append(group)
}

/** Adds up what was sent since the page was opened. */
export function showReactions(sent: Readonly<Record<string, number>> = {}): void {
  for (const [kind, count] of Object.entries(sent)) {
    counts.set(kind, (counts.get(kind) ?? 0) + count)
    show(kind)
  }
}

function show(kind: string): void {
  const button = buttons.get(kind)
  if (button === undefined) return
  const count = counts.get(kind)
  button.textContent = `${kinds[kind]?.sign ?? ''}${count === undefined ? '' : ` ${count}`}`
}

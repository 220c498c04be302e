import type { Signal } from '@preact/signals'
import type { Block } from '../../../capsule/index.ts'
import type { Capsule } from '../app/resources.ts'
import { Icon } from '../ui/icon.tsx'
import { useLazily } from '../ui/lazily.ts'
import type { Editing } from './editing.ts'
import type { Saving } from './saving.ts'

/** What a model is asked for, and about what. */
export type Help =
  | { readonly kind: 'rewrite'; readonly block: Extract<Block, { type: 'heading' | 'richText' }> }
  | { readonly kind: 'description'; readonly block: Extract<Block, { type: 'image' }> }
  | { readonly kind: 'translation' }
  | { readonly kind: 'quiz' }

interface Given {
  readonly capsule: Signal<Capsule>
  readonly editing: Editing
  readonly saving: Saving
}

/** Help in writing, whose code comes when it is first asked for. */
export function Helping(given: Given) {
  const { help } = given.editing
  const close = () => {
    help.value = undefined
  }
  const load = async () => (await import('../authoring/help.tsx')).HelpDialog
  const Dialog = useLazily(help.value !== undefined, load, close)
  return help.value === undefined || Dialog === undefined ? null : (
    <Dialog {...given} help={help.value} onClose={close} />
  )
}

/** Opens it, from beside the text that it is about. */
export function HelpButton({
  editing,
  help,
  text,
}: {
  readonly editing: Editing
  readonly help: Help
  readonly text: string
}) {
  if (!editing.writable) return null
  const open = () => {
    editing.help.value = help
  }
  return (
    <div>
      <button type="button" class="button" onClick={open}>
        <Icon name="spark" />
        {text}
      </button>
    </div>
  )
}

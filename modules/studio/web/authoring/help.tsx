import type { Signal } from '@preact/signals'
import type { Capsule } from '../app/resources.ts'
import type { Editing } from '../editor/editing.ts'
import type { Help } from '../editor/helping.tsx'
import type { Saving } from '../editor/saving.ts'
import { Describe } from './describe.tsx'
import { Quiz } from './quiz.tsx'
import { Rewrite } from './rewrite.tsx'
import { Translate } from './translate.tsx'

interface Given {
  readonly capsule: Signal<Capsule>
  readonly editing: Editing
  readonly saving: Saving
  readonly onClose: () => void
}

/** What each kind of help is given. */
export type HelpOf<K extends Help['kind']> = Given & Omit<Extract<Help, { kind: K }>, 'kind'>

/** Everything in the editor that asks a model. Loaded when it is first wanted. */
export function HelpDialog({ help, ...given }: Given & { readonly help: Help }) {
  switch (help.kind) {
    case 'rewrite':
      return <Rewrite {...given} block={help.block} />
    case 'description':
      return <Describe {...given} block={help.block} />
    case 'translation':
      return <Translate {...given} />
    case 'quiz':
      return <Quiz {...given} />
  }
}

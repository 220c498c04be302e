import type { Block } from '../../../../capsule/index.ts'
import type { Editing } from '../editing.ts'

/** What a panel of one kind of block is given. */
export interface PanelOf<K extends Block['type']> {
  readonly block: Extract<Block, { type: K }>
  readonly editing: Editing
}

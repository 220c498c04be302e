import type { Block, CapsuleDocument } from '../../../../capsule/index.ts'
import { t } from '../../app/words.ts'
import { blocksIn } from '../../editor/document/tree.ts'
import { wordDiff } from '../../editor/document/word-diff.ts'
import { wordsOf } from '../../editor/document/words.ts'
import type { Compared } from './versions.tsx'

interface Told {
  readonly key: string
  readonly tone: 'added' | 'removed' | 'changed'
  readonly title: string
  readonly before: string
  readonly after: string
}

/** What changed, in words: which blocks came, went, moved, and which words of a text are others. */
export function Changes({ diff, before, after }: Compared) {
  const words = t().history
  const told = tell({ diff, before, after })
  if (told.length === 0) return <p class="note">{words.same}</p>
  return (
    <div class="changes">
      {told.map((one) => (
        <article key={one.key} class={`change ${one.tone}`}>
          <h3>{one.title}</h3>
          {(one.before !== '' || one.after !== '') && (
            <p>
              {wordDiff(one.before, one.after).map((piece, n) => {
                if (piece.kind === 'same') return piece.text
                return piece.kind === 'added' ? <ins key={n}>{piece.text}</ins> : <del key={n}>{piece.text}</del>
              })}
            </p>
          )}
          {one.tone === 'changed' && one.before === one.after && one.before !== '' && (
            <p class="hint">{words.withoutWords}</p>
          )}
        </article>
      ))}
    </div>
  )
}

function tell({ diff, before, after }: Compared): Told[] {
  const words = t().history
  const [old, fresh] = [blocksById(before), blocksById(after)]
  const text = (blocks: ReadonlyMap<string, Block>, id: string) => {
    const block = blocks.get(id)
    return block === undefined || block.type === 'columns' ? '' : wordsOf(block)
  }
  const kind = (id: string) => t().blocks.kinds[(fresh.get(id) ?? old.get(id))?.type ?? 'richText']
  const titles = (document: CapsuleDocument, id: string) => document.pages.find((page) => page.id === id)?.title ?? ''
  const page = (id: string, tone: Told['tone'], title: string): Told => ({
    key: `page ${id}`,
    tone,
    title,
    before: tone === 'added' ? '' : titles(before, id),
    after: tone === 'removed' ? '' : titles(after, id),
  })
  const block = (id: string, tone: Told['tone'], what: string): Told => ({
    key: id,
    tone,
    title: `${kind(id)} · ${what}`,
    before: tone === 'added' ? '' : text(old, id),
    after: tone === 'removed' ? '' : text(fresh, id),
  })
  return [
    ...(diff.document.length > 0
      ? [{ key: 'document', tone: 'changed' as const, title: words.settingsChanged, before: '', after: '' }]
      : []),
    ...diff.pages.added.map(({ id }) => page(id, 'added', words.pageAdded)),
    ...diff.pages.removed.map(({ id }) => page(id, 'removed', words.pageRemoved)),
    ...diff.pages.moved.map(({ id }) => page(id, 'changed', words.pageMoved)),
    ...diff.pages.changed.map(({ id }) => page(id, 'changed', words.pageChanged)),
    ...diff.blocks.changed.map(({ id }) => block(id, 'changed', words.changed)),
    ...diff.blocks.added.map(({ id }) => block(id, 'added', words.added)),
    ...diff.blocks.removed.map(({ id }) => block(id, 'removed', words.removed)),
    ...diff.blocks.moved.map(({ id }) => ({ ...block(id, 'changed', words.moved), before: '', after: '' })),
  ]
}

function blocksById(document: CapsuleDocument): ReadonlyMap<string, Block> {
  const all = document.pages.flatMap((page) => [...blocksIn(page.blocks as Block[])])
  return new Map(all.map((block) => [block.id, block]))
}

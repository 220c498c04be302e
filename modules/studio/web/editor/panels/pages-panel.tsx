import { t } from '../../app/words.ts'
import { Icon } from '../../ui/icon.tsx'
import { Menu } from '../../ui/menu.tsx'
import { say } from '../../ui/toasts.tsx'
import { copyOfPage, newId } from '../document/making.ts'
import { branchesOf, withoutTarget } from '../document/targets.ts'
import type { EditedDocument, EditedPage } from '../document/tree.ts'
import type { Editing } from '../editing.ts'

const pagesMax = 200

/** The pages of the capsule, in order, with where they branch to. */
export function PagesPanel({ editing }: { readonly editing: Editing }) {
  const words = t().editor
  const document = editing.document.value
  const titleOf = (page: EditedPage) => {
    const n = document.pages.indexOf(page)
    return page.title || (n === 0 ? editing.title.value : words.pageName(n + 1))
  }
  const withPages = (pages: readonly EditedPage[]): EditedDocument => ({ ...document, pages })
  const add = (page: EditedPage, after: number) => {
    editing.change('', withPages(document.pages.toSpliced(after + 1, 0, page)))
    editing.openPage(page.id)
  }
  const remove = (page: EditedPage) => {
    const title = titleOf(page)
    const rest = document.pages.filter((one) => one !== page)
    const first = rest[0]?.id ?? ''
    const pages = rest.map((one) => ({
      ...one,
      blocks: one.blocks.map((block) => withoutTarget(block, page.id, first)),
    }))
    editing.change('', withPages(pages))
    if (editing.pageId.value === page.id) editing.openPage(first)
    say(words.pageRemoved(title), { undo: () => editing.undo() })
  }
  const move = (n: number, by: 1 | -1) => {
    const page = document.pages[n]
    if (page === undefined || document.pages[n + by] === undefined) return
    editing.change('', withPages(document.pages.toSpliced(n, 1).toSpliced(n + by, 0, page)))
  }
  return (
    <div class="panel">
      <h2>{words.pages}</h2>
      <ol class="pagelist">
        {document.pages.map((page, n) => {
          const branches = branchesOf(document, page)
          return (
            <li key={page.id}>
              <button
                type="button"
                aria-current={editing.page.value === page ? 'page' : undefined}
                onClick={() => editing.openPage(page.id)}
              >
                <span class="number">{n + 1}</span>
                <span>
                  {titleOf(page)}
                  {branches.length > 0 && <small>{words.leadsTo(branches.map(titleOf).join(', '))}</small>}
                </span>
              </button>
              {editing.writable && (
                <Menu
                  label={words.pageActions(titleOf(page))}
                  items={[
                    ...(n > 0 ? [{ text: words.moveUp, icon: 'up' as const, run: () => move(n, -1) }] : []),
                    ...(n < document.pages.length - 1
                      ? [{ text: words.moveDown, icon: 'down' as const, run: () => move(n, 1) }]
                      : []),
                    { text: words.duplicatePage, icon: 'copy' as const, run: () => add(copyOfPage(page), n) },
                    ...(document.pages.length > 1
                      ? [{ text: words.removePage, icon: 'trash' as const, danger: true, run: () => remove(page) }]
                      : []),
                  ]}
                />
              )}
            </li>
          )
        })}
      </ol>
      {editing.writable && (
        <button
          type="button"
          class="button"
          disabled={document.pages.length >= pagesMax}
          onClick={() => add({ id: newId(), blocks: [] }, document.pages.length - 1)}
        >
          <Icon name="plus" />
          {words.addPage}
        </button>
      )}
    </div>
  )
}

type Child = Node | string | null

/** An element with attributes and children. */
export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, string>> = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value)
  element.append(...children.filter((child) => child !== null))
  return element
}

const drawn = new WeakMap<Element, string>()

/**
 * Draws a section anew when what it shows has changed, and only then: focus and open details stay otherwise. Not while somebody
 * presses something in it, which would come to nothing: it is drawn the next time.
 */
export function redraw(id: string, shown: unknown, draw: () => readonly Child[]): void {
  const body = document.querySelector(`#${id} > .body`)
  const key = JSON.stringify(shown)
  if (body === null || drawn.get(body) === key || body.matches(':active')) return
  drawn.set(body, key)
  const opened = new Set(
    [...body.querySelectorAll('details[open]')].map((details) => details.getAttribute('data-name')),
  )
  const focused = document.activeElement?.getAttribute('data-focus')
  body.replaceChildren(...draw().filter((child) => child !== null))
  for (const details of body.querySelectorAll('details')) {
    if (opened.has(details.getAttribute('data-name'))) details.open = true
  }
  if (focused) body.querySelector<HTMLElement>(`[data-focus="${CSS.escape(focused)}"]`)?.focus()
}

export interface Column<Row> {
  readonly title: string
  readonly cell: (row: Row) => Child
  readonly number?: boolean
}

/** A table that scrolls by itself where it is wider than the screen, and can be reached by the keyboard to do so. */
export function table<Row>(caption: string, rows: readonly Row[], columns: readonly Column<Row>[]): HTMLElement {
  if (rows.length === 0) return make('p', { class: 'quiet' }, `${caption}: none.`)
  const head = columns.map(({ title, number }) =>
    make('th', { scope: 'col', ...(number && { class: 'number' }) }, title),
  )
  const lines = rows.map((row) =>
    make(
      'tr',
      {},
      ...columns.map(({ cell, number }, at) =>
        at === 0 ? make('th', { scope: 'row' }, cell(row)) : make('td', number ? { class: 'number' } : {}, cell(row)),
      ),
    ),
  )
  const whole = make(
    'table',
    {},
    make('caption', {}, caption),
    make('thead', {}, make('tr', {}, ...head)),
    make('tbody', {}, ...lines),
  )
  return make('div', { class: 'wide', tabindex: '0', role: 'region', 'aria-label': caption }, whole)
}

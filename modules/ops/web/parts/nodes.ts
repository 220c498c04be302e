import type { OpsState } from '../../state.ts'
import { make, table } from './dom.ts'
import { seconds, since } from './words.ts'

/** A node tells once a minute; from here on it may be gone. */
const silentMs = 180_000

/** The regions with their nodes, the primary's marked, and a table of the same. */
export function drawNodes(nodes: OpsState['nodes'], nowMs: number): HTMLElement[] {
  const regions = Map.groupBy(nodes, ({ region }) => region)
  const map = [...regions].map(([region, its]) =>
    make(
      'li',
      { class: its.some(({ role }) => role === 'primary') ? 'region primary' : 'region' },
      make('b', {}, region),
      ...its.map(({ node, role, lagMs, atMs }) =>
        make(
          'span',
          { class: nowMs - atMs > silentMs ? 'silent' : lagMs > 0 ? 'behind' : 'level' },
          `${node}: ${role}${nowMs - atMs > silentMs ? ', silent' : role === 'primary' ? '' : lagMs > 0 ? `, ${seconds(lagMs / 1_000)} behind` : ', level'}`,
        ),
      ),
    ),
  )
  return [
    make('ul', { class: 'map', 'aria-label': 'Nodes by region' }, ...map),
    table('Nodes and their lag', nodes, [
      { title: 'Node', cell: ({ node }) => node },
      { title: 'Region', cell: ({ region }) => region },
      { title: 'Role', cell: ({ role }) => role },
      { title: 'Position', cell: ({ position }) => position, number: true },
      { title: 'Behind', cell: ({ role, lagMs }) => (role === 'primary' ? '–' : seconds(lagMs / 1_000)), number: true },
      { title: 'Heard', cell: ({ atMs }) => `${since(Math.max(0, nowMs - atMs))} ago`, number: true },
    ]),
  ]
}

import type { CostLine } from '../../app/ai.ts'
import { money, number } from '../../app/formats.ts'
import { capsules, keys, whole } from '../../app/resources.ts'
import { may } from '../../app/session.ts'
import { t } from '../../app/words.ts'
import { useLoaded } from '../../ui/loaded.ts'

/** Shown of each kind, dearest first. */
const rowsMax = 20

type By = 'model' | 'capsuleId' | 'keyId'
type Sum = Pick<CostLine, 'requests' | 'inputTokens' | 'outputTokens' | 'costNano'> & { readonly of: string }

/** Costs by model, by capsule and by key. */
export function CostTables({ lines }: { readonly lines: readonly CostLine[] }) {
  const words = t().ai
  const [byModel, byCapsule, byKey] = [sums(lines, 'model'), sums(lines, 'capsuleId'), sums(lines, 'keyId')]
  const { loaded } = useLoaded(byCapsule.map(({ of }) => of).join(), () => names(byCapsule))
  const known = loaded.state === 'ready' ? loaded.data : new Map<string, string>()
  const nameOf = (id: string) => known.get(id) ?? id
  return (
    <div class="results">
      <Table title={words.byModel} head={words.model} rows={byModel} nameOf={(model) => model} />
      <Table
        title={words.byCapsule}
        head={words.capsule}
        rows={byCapsule}
        nameOf={(id) => (id === '' ? words.noCapsule : nameOf(id))}
      />
      <Table
        title={words.byKey}
        head={words.key}
        rows={byKey}
        nameOf={(id) => (id === '' ? words.noKey : nameOf(id))}
      />
    </div>
  )
}

function Table({
  title,
  head,
  rows,
  nameOf,
}: {
  readonly title: string
  readonly head: string
  readonly rows: readonly Sum[]
  readonly nameOf: (value: string) => string
}) {
  const words = t().ai
  return (
    <article class="result">
      <h3>{title}</h3>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways must be reached by the keyboard (WCAG 2.1.1). */}
      <section class="table bare tall" tabIndex={0} aria-label={title}>
        <table>
          <thead>
            <tr>
              <th scope="col">{head}</th>
              <th scope="col">{words.cost}</th>
              <th scope="col">{words.calls}</th>
              <th scope="col">{words.allTokens}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.of}>
                <td>{nameOf(row.of)}</td>
                <td>{money(row.costNano)}</td>
                <td>{number(row.requests)}</td>
                <td>{number(row.inputTokens + row.outputTokens)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </article>
  )
}

function sums(lines: readonly CostLine[], by: By): Sum[] {
  const found = new Map<string, Sum>()
  for (const line of lines) {
    const before = found.get(line[by])
    found.set(line[by], {
      of: line[by],
      requests: (before?.requests ?? 0) + line.requests,
      inputTokens: (before?.inputTokens ?? 0) + line.inputTokens,
      outputTokens: (before?.outputTokens ?? 0) + line.outputTokens,
      costNano: (before?.costNano ?? 0) + line.costNano,
    })
  }
  return [...found.values()].sort((a, z) => z.costNano - a.costNano || z.requests - a.requests).slice(0, rowsMax)
}

/** The names of the capsules, and of the keys where one may know them. What is gone stays an id. */
async function names(ofCapsules: readonly Sum[]): Promise<Map<string, string>> {
  const known = new Map<string, string>()
  const asked = ofCapsules.filter(({ of }) => of !== '')
  for (const [n, found] of (await Promise.allSettled(asked.map(({ of }) => capsules.get(of)))).entries()) {
    if (found.status === 'fulfilled') known.set(asked[n]?.of ?? '', found.value.title)
  }
  if (!may('keys:write')) return known
  for (const key of await whole((cursor) => keys.list({ limit: 100, cursor }))) known.set(key.id, key.name)
  return known
}

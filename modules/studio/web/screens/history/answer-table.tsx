import type { BlockResult, StoredResponse } from '../../../../capsule/index.ts'
import { dateTime } from '../../app/formats.ts'
import { responses } from '../../app/resources.ts'
import { t } from '../../app/words.ts'
import { SelectField } from '../../ui/field.tsx'
import { Fault } from '../../ui/form.tsx'
import { More, usePages } from '../../ui/pages.tsx'
import { WideTable } from '../../ui/wide-table.tsx'
import { nameOf } from './responses.tsx'

const pageSize = 50

/** Every answer, oldest first, of one block or of all. */
export function AnswerTable({
  id,
  results,
  block,
  onBlock,
}: {
  readonly id: string
  readonly results: readonly BlockResult[]
  readonly block: string
  readonly onBlock: (block: string) => void
}) {
  const words = t().history
  const pages = usePages([id, block], (cursor) =>
    responses.list(id, { limit: pageSize, cursor, block: block === '' ? undefined : block }),
  )
  const byId = new Map(results.map((result) => [result.block, result]))
  return (
    <section class="part">
      <div class="part-head">
        <h2>{words.answers}</h2>
        <SelectField
          label={words.filter}
          value={block}
          options={[
            { value: '', text: words.allBlocks },
            ...results.map((result) => ({ value: result.block, text: nameOf(result) })),
          ]}
          onChoose={onBlock}
        />
      </div>
      <Fault text={pages.problem?.message} />
      <WideTable label={words.answers}>
        <thead>
          <tr>
            <th scope="col">{words.when}</th>
            <th scope="col">{words.visitor}</th>
            <th scope="col">{words.where}</th>
            <th scope="col">{words.answer}</th>
          </tr>
        </thead>
        <tbody>
          {pages.items?.map((row) => {
            const result = byId.get(row.block)
            return (
              <tr key={row.id}>
                <td>{dateTime(row.at)}</td>
                <td>
                  <code>{row.visitor.slice(0, 8)}</code>
                </td>
                <td>{result === undefined ? row.block : nameOf(result)}</td>
                <td>{answerOf(row.value, result)}</td>
              </tr>
            )
          })}
        </tbody>
      </WideTable>
      <More pages={pages} />
    </section>
  )
}

/** An answer in words, as far as the last version knows them. */
function answerOf(value: StoredResponse['value'], result: BlockResult | undefined): string {
  if (Array.isArray(value)) {
    const choices = result?.kind === 'poll' ? result.choices : []
    return value.map((id) => choices.find((choice) => choice.id === id)?.text ?? id).join(', ')
  }
  if (typeof value !== 'object' || value === null) return String(value)
  const fields = result?.kind === 'form' ? result.fields : []
  return Object.entries(value)
    .map(([id, entry]) => {
      const field = fields.find((one) => one.id === id)
      if (entry === true) return `${field?.label ?? id}: ${t().history.yes}`
      const text = field?.choices.find((choice) => choice.id === entry)?.text
      return field === undefined ? String(entry) : `${field.label}: ${text ?? String(entry)}`
    })
    .join(' · ')
}

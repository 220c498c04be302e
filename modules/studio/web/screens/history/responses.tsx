import { useState } from 'preact/hooks'
import type { BlockResult } from '../../../../capsule/index.ts'
import { download } from '../../app/download.ts'
import { number } from '../../app/formats.ts'
import { Head } from '../../app/frame.tsx'
import { capsules, responses } from '../../app/resources.ts'
import { organization } from '../../app/session.ts'
import { t } from '../../app/words.ts'
import { Failed } from '../../ui/form.tsx'
import { Icon } from '../../ui/icon.tsx'
import { useLoaded } from '../../ui/loaded.ts'
import { AnswerTable } from './answer-table.tsx'
import { ResultCard } from './result-card.tsx'

/** What visitors answered: the results of each block, and every single answer. */
export function ResponsesScreen({ id = '' }: { readonly id?: string }) {
  const words = t().history
  const [block, setBlock] = useState('')
  const { loaded, reload } = useLoaded(id, () => Promise.all([capsules.get(id), responses.results(id)]))
  if (loaded.state === 'failed') return <Failed problem={loaded.problem} onRetry={reload} />
  if (loaded.state === 'loading') return <Head title={words.responses} />
  const [capsule, { items }] = loaded.data
  const total = items.reduce((sum, one) => sum + one.total, 0)
  return (
    <>
      <Head title={words.responses} back={{ to: `/o/${organization.value?.slug}/capsules/${id}`, text: capsule.title }}>
        <button type="button" class="button" onClick={reload}>
          <Icon name="history" />
          {words.refresh}
        </button>
        {total > 0 && (
          <button
            type="button"
            class="button"
            onClick={() =>
              void download(
                responses.file(id, block === '' ? undefined : block),
                `${capsule.slug}.csv`,
                capsules.at(id),
              )
            }
          >
            <Icon name="down" />
            {words.download}
          </button>
        )}
      </Head>
      {total === 0 ? (
        <div class="empty">
          <h2>{items.length === 0 ? words.noQuestions : words.noResponses}</h2>
          <p>{items.length === 0 ? words.noQuestionsText : words.noResponsesText}</p>
        </div>
      ) : (
        <>
          <p class="lead">{words.total(total, number(total))}</p>
          <section class="part">
            <h2>{words.results}</h2>
            <div class="results">
              {items.map((result) => (
                <ResultCard key={result.block} result={result} />
              ))}
            </div>
          </section>
          <AnswerTable key={`${block} ${total}`} id={id} results={items} block={block} onBlock={setBlock} />
        </>
      )}
    </>
  )
}

/** The words by which a block is known in lists. */
export function nameOf(result: BlockResult): string {
  if (result.kind === 'poll') return result.question
  if (result.kind === 'quiz') return t().blocks.kinds.quiz
  return result.fields[0]?.label ?? t().blocks.kinds.form
}

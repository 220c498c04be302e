import { type ConversationShown, chats, type TurnShown } from '../../app/ai.ts'
import { dateTime } from '../../app/formats.ts'
import type { Capsule } from '../../app/resources.ts'
import { t } from '../../app/words.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { Failed } from '../../ui/form.tsx'
import { More, usePages } from '../../ui/pages.tsx'

const pageSize = 50

/** One conversation: the questions, the answers with where they come from, and what the visitor thought of them. */
export function Transcript({
  capsule,
  conversation,
  onClose,
}: {
  readonly capsule: Capsule
  readonly conversation: ConversationShown
  readonly onClose: () => void
}) {
  const words = t().chat
  const { id, lead, createdAt } = conversation
  const turns = usePages([id], (cursor) => chats.read(id, { limit: pageSize, cursor }))
  return (
    <Dialog title={words.conversation} size="large" onClose={onClose}>
      <p class="hint">{dateTime(createdAt)}</p>
      {lead !== null && (
        <p>
          {words.reach} <a href={`mailto:${lead.email}`}>{lead.email}</a>
        </p>
      )}
      {turns.problem !== undefined && <Failed problem={turns.problem} onRetry={turns.reload} />}
      <ol class="transcript">
        {turns.items?.map((turn) => (
          <li key={turn.id}>
            <Said turn={turn} capsule={capsule} />
          </li>
        ))}
      </ol>
      <More pages={turns} />
    </Dialog>
  )
}

function Said({ turn, capsule }: { readonly turn: TurnShown; readonly capsule: Capsule }) {
  const words = t().chat
  return (
    <>
      <p class="said-by-visitor">
        <span class="unseen">{words.visitor}: </span>
        {turn.question}
      </p>
      {/* Markdown that the server made HTML of; it lets no tag through. */}
      <div class="said-by-capsule" dangerouslySetInnerHTML={{ __html: turn.html }} />
      <p class="hint">
        {turn.citations.length === 0 ? words.unanswered : words.sources[turn.source]}
        {turn.rating !== null && ` · ${turn.rating === 1 ? words.helpful : words.notHelpful}`}
      </p>
      {turn.citations.length > 0 && (
        <ul class="cited">
          {turn.citations.map(({ number, page, block, quote }) => (
            <li key={number}>
              [{number}]{' '}
              {capsule.state === 'published' ? (
                <a
                  href={`${capsule.url}?page=${encodeURIComponent(page)}#${encodeURIComponent(block)}`}
                  target="_blank"
                  rel="noreferrer"
                >
                  {short(quote)}
                </a>
              ) : (
                short(quote)
              )}
            </li>
          ))}
        </ul>
      )}
    </>
  )
}

function short(quote: string): string {
  return quote.length <= 120 ? quote : `${quote.slice(0, 119).toWellFormed()}…`
}

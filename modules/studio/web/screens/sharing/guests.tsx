import { useState } from 'preact/hooks'
import type { LinkResource } from '../../../../sharing/index.ts'
import { ago, number } from '../../app/formats.ts'
import { asProblem } from '../../app/problem.ts'
import { type Guest, links } from '../../app/resources.ts'
import { t } from '../../app/words.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { Failed } from '../../ui/form.tsx'
import { useLoaded } from '../../ui/loaded.ts'
import { say } from '../../ui/toasts.tsx'

/** Addresses that were proven at a link. */
export function Guests({
  capsuleId,
  link,
  onClose,
}: {
  readonly capsuleId: string
  readonly link: LinkResource
  readonly onClose: () => void
}) {
  const words = t().sharing
  const [more, setMore] = useState<readonly Guest[]>([])
  const [cursor, setCursor] = useState<string | null | undefined>()
  const { loaded, reload } = useLoaded(link.id, () => links.guests(capsuleId, link.id, { limit: 50 }))
  const list = loaded.state === 'ready' ? [...loaded.data.items, ...more] : []
  const next = loaded.state !== 'ready' ? null : cursor === undefined ? loaded.data.nextCursor : cursor
  const loadMore = async () => {
    if (next === null) return
    try {
      const page = await links.guests(capsuleId, link.id, { limit: 50, cursor: next })
      setMore([...more, ...page.items])
      setCursor(page.nextCursor)
    } catch (error) {
      say(asProblem(error, t().general.offline).message, { tone: 'bad' })
    }
  }
  return (
    <Dialog title={words.guests} onClose={onClose}>
      {loaded.state === 'failed' && <Failed problem={loaded.problem} onRetry={reload} />}
      {loaded.state === 'ready' && list.length === 0 && <p>{words.noGuests}</p>}
      <ul class="rows">
        {list.map((guest) => (
          <li key={guest.email}>
            <div class="row-text">
              <strong>{guest.email}</strong>
              <span class="hint">
                {words.guestVisits(guest.visits, number(guest.visits))} · {words.lastVisit(ago(guest.lastAt))}
              </span>
            </div>
          </li>
        ))}
      </ul>
      {next !== null && (
        <button type="button" class="button" onClick={() => void loadMore()}>
          {t().general.more}
        </button>
      )}
    </Dialog>
  )
}

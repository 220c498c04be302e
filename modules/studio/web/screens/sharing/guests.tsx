import type { LinkResource } from '../../../../sharing/index.ts'
import { ago, number } from '../../app/formats.ts'
import { links } from '../../app/resources.ts'
import { t } from '../../app/words.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { Failed } from '../../ui/form.tsx'
import { More, usePages } from '../../ui/pages.tsx'

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
  const guests = usePages([link.id], (cursor) => links.guests(capsuleId, link.id, { limit: 50, cursor }))
  return (
    <Dialog title={words.guests} onClose={onClose}>
      {guests.problem !== undefined && <Failed problem={guests.problem} onRetry={guests.reload} />}
      {guests.items?.length === 0 && <p>{words.noGuests}</p>}
      <ul class="rows">
        {guests.items?.map((guest) => (
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
      <More pages={guests} />
    </Dialog>
  )
}

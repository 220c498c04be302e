import type { LinkResource } from '../../../../sharing/index.ts'
import { ago, dateTime, number } from '../../app/formats.ts'
import { asProblem } from '../../app/problem.ts'
import { links } from '../../app/resources.ts'
import { may } from '../../app/session.ts'
import { t } from '../../app/words.ts'
import { Icon } from '../../ui/icon.tsx'
import { Menu, type MenuItem } from '../../ui/menu.tsx'
import { say } from '../../ui/toasts.tsx'

/** One share link: where it stands, what came of it, what can be done with it. */
export function LinkRow({
  capsuleId,
  link,
  writable,
  onChanged,
  onOpen,
}: {
  readonly capsuleId: string
  readonly link: LinkResource
  readonly writable: boolean
  readonly onChanged: () => void
  readonly onOpen: (what: 'edit' | 'show' | 'guests' | 'remove') => void
}) {
  const words = t().sharing
  const { name, state, visits, answers, lastVisitAt, expiresAt, emailGate } = link
  const counts = [
    words.visits(visits, number(visits)),
    words.answers(answers, number(answers)),
    ...(lastVisitAt === null ? [] : [words.lastVisit(ago(lastVisitAt))]),
  ]
  const asks = [
    ...(link.hasPassword ? [words.withPassword] : []),
    ...(emailGate === null ? [] : [words.withGate]),
    ...(link.downloads ? [] : [words.withoutDownloads]),
    ...(expiresAt === null ? [] : [words.until(dateTime(expiresAt))]),
  ]
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(link.url)
      say(words.copied)
    } catch {
      onOpen('show')
    }
  }
  const setRevoked = async (revoked: boolean) => {
    try {
      await (revoked ? links.revoke(capsuleId, link.id) : links.revive(capsuleId, link.id))
      onChanged()
      say(revoked ? words.revoked(name) : words.revived(name), revoked ? { undo: () => void setRevoked(false) } : {})
    } catch (error) {
      say(asProblem(error, t().general.offline).message, { tone: 'bad' })
    }
  }
  const changes: readonly MenuItem[] = [
    { text: words.edit, icon: 'text', run: () => onOpen('edit') },
    state === 'revoked'
      ? { text: words.revive, icon: 'undo', run: () => void setRevoked(false) }
      : { text: words.revoke, icon: 'close', run: () => void setRevoked(true) },
    { text: words.remove, icon: 'trash', danger: true, run: () => onOpen('remove') },
  ]
  const items: readonly MenuItem[] = [
    { text: words.show, icon: 'link', run: () => onOpen('show') },
    ...(may('responses:read') && emailGate !== null
      ? [{ text: words.guests, icon: 'people', run: () => onOpen('guests') } as const]
      : []),
    ...(writable ? changes : []),
  ]
  return (
    <li>
      <div class="row-text">
        <strong>{name}</strong>
        <span class="hint">
          <span class={`state ${state}`}>{words.states[state]}</span>
          {counts.join(' · ')}
        </span>
        {asks.length > 0 && <span class="hint">{asks.join(' · ')}</span>}
      </div>
      <button type="button" class="button" aria-label={words.copyOf(name)} onClick={() => void copy()}>
        <Icon name="copy" />
        <span class="wide">{words.copy}</span>
      </button>
      <Menu label={words.actions(name)} items={items} />
    </li>
  )
}

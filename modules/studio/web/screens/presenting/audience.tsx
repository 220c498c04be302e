import { number } from '../../app/formats.ts'
import { t } from '../../app/words.ts'
import type { Room } from './room.ts'

/** In the protocol's order (modules/realtime/SPEC.md, R17). */
const signs: Readonly<Record<string, string>> = { clap: '👏', heart: '❤️', laugh: '😄', wow: '😮', idea: '💡' }

/** How many are here, and what they send. */
export function Audience({ room }: { readonly room: Room }) {
  const words = t().presenting
  const { people } = room.state
  return (
    <div class="audience">
      <p role="status">
        {room.line === 'lost' && <span class="state expired">{t().analytics.liveLost}</span>}
        {room.line === 'closed' ? words.notLive : <strong>{words.people(people, number(people))}</strong>}
      </p>
      {room.reactions.size > 0 && (
        <ul class="sent" aria-label={words.reactions}>
          {Object.entries(signs).map(([kind, sign]) => {
            const count = room.reactions.get(kind)
            return count === undefined ? null : (
              <li key={kind}>
                {sign} {number(count)}
              </li>
            )
          })}
        </ul>
      )}
    </div>
  )
}

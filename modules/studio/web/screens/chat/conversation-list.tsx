import { useState } from 'preact/hooks'
import { type ConversationShown, chats } from '../../app/ai.ts'
import { dateTime } from '../../app/formats.ts'
import type { Capsule } from '../../app/resources.ts'
import { t } from '../../app/words.ts'
import { Fault } from '../../ui/form.tsx'
import { Icon } from '../../ui/icon.tsx'
import { More, usePages } from '../../ui/pages.tsx'
import { Transcript } from './transcript.tsx'

const pageSize = 25
type Which = 'all' | 'leads'

/** Every conversation, newest first, or those whose visitors left an address; each opens into what was said. */
export function ConversationList({
  capsule,
  loaded,
}: {
  readonly capsule: Capsule
  /** Another one whenever the screen was loaded anew: so is the list. */
  readonly loaded: object
}) {
  const words = t().chat
  const [which, setWhich] = useState<Which>('all')
  const leads = which === 'leads' ? 'true' : undefined
  const pages = usePages([capsule.id, which, loaded], (cursor) =>
    chats.conversations(capsule.id, { limit: pageSize, cursor, leads }),
  )
  const [opened, setOpened] = useState<ConversationShown | undefined>()
  return (
    <section class="part">
      <div class="part-head">
        <h2>{words.conversations}</h2>
        <fieldset class="segments">
          <legend class="unseen">{words.which}</legend>
          {(['all', 'leads'] as const).map((one) => (
            <label key={one}>
              <input type="radio" name="which" checked={which === one} onChange={() => setWhich(one)} />
              <span>{words.whichNames[one]}</span>
            </label>
          ))}
        </fieldset>
      </div>
      <Fault text={pages.problem?.message} />
      {pages.items?.length === 0 && (
        <div class="empty">
          <h3>{words.none[which]}</h3>
          <p>{words.noneText[which]}</p>
        </div>
      )}
      <ul class="rows">
        {pages.items?.map((one) => (
          <li key={one.id}>
            <div class="row-text">
              <button type="button" class="textual" onClick={() => setOpened(one)}>
                {one.question}
              </button>
              <span class="hint">
                {dateTime(one.createdAt)} · {words.questions(one.turns)}
              </span>
              {one.lead !== null && <a href={`mailto:${one.lead.email}`}>{one.lead.email}</a>}
            </div>
            <Thumbs up={one.up} down={one.down} />
          </li>
        ))}
      </ul>
      <More pages={pages} />
      {opened !== undefined && (
        <Transcript capsule={capsule} conversation={opened} onClose={() => setOpened(undefined)} />
      )}
    </section>
  )
}

function Thumbs({ up, down }: { readonly up: number; readonly down: number }) {
  const words = t().chat
  if (up + down === 0) return null
  return (
    <p class="thumbs">
      {up > 0 && (
        <span class="state published">
          <Icon name="thumbUp" />
          <span class="unseen">{words.helpful}: </span>
          {up}
        </span>
      )}
      {down > 0 && (
        <span class="state deleted">
          <Icon name="thumbDown" />
          <span class="unseen">{words.notHelpful}: </span>
          {down}
        </span>
      )}
    </p>
  )
}

import { useEffect, useState } from 'preact/hooks'
import { type ConversationShown, chats } from '../../app/ai.ts'
import { dateTime } from '../../app/formats.ts'
import { asProblem } from '../../app/problem.ts'
import type { Capsule } from '../../app/resources.ts'
import { t } from '../../app/words.ts'
import { Fault } from '../../ui/form.tsx'
import { Icon } from '../../ui/icon.tsx'
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
  const [list, setList] = useState<readonly ConversationShown[] | undefined>()
  const [cursor, setCursor] = useState<string | null>(null)
  const [fault, setFault] = useState<string | undefined>()
  const [opened, setOpened] = useState<ConversationShown | undefined>()
  const load = async (from: string | undefined, before: readonly ConversationShown[]) => {
    try {
      const leads = which === 'leads' ? 'true' : undefined
      const page = await chats.conversations(capsule.id, { limit: pageSize, cursor: from, leads })
      setList([...before, ...page.items])
      setCursor(page.nextCursor)
      setFault(undefined)
    } catch (error) {
      setFault(asProblem(error, t().general.offline).message)
    }
  }
  useEffect(() => void load(undefined, []), [capsule.id, which, loaded])
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
      <Fault text={fault} />
      {list?.length === 0 && (
        <div class="empty">
          <h3>{words.none[which]}</h3>
          <p>{words.noneText[which]}</p>
        </div>
      )}
      <ul class="rows">
        {list?.map((one) => (
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
      {cursor !== null && (
        <p class="more">
          <button type="button" class="button" onClick={() => void load(cursor, list ?? [])}>
            {t().general.more}
          </button>
        </p>
      )}
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

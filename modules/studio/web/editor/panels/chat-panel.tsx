import { t } from '../../app/words.ts'
import { TextArea } from '../../ui/field.tsx'
import { Icon } from '../../ui/icon.tsx'
import { ItemTools } from './item-tools.tsx'
import type { PanelOf } from './panel.ts'

const startersMax = 8

export function ChatPanel({ block, editing }: PanelOf<'chat'>) {
  const words = t().blocks
  const starters = block.starters ?? []
  return (
    <>
      <TextArea
        label={words.greeting}
        rows={2}
        maxLength={5_000}
        value={block.greeting ?? ''}
        onText={(greeting) =>
          editing.edit(block, { greeting: (greeting === '' ? undefined : greeting) as string }, 'greeting')
        }
      />
      <fieldset class="stack">
        <legend>{words.starters}</legend>
        <ol class="items">
          {starters.map((starter, n) => (
            <li key={n} class="item">
              <input
                type="text"
                aria-label={words.starter(n + 1)}
                maxLength={200}
                value={starter}
                onInput={(event) => {
                  const text = event.currentTarget.value
                  editing.edit(block, { starters: starters.map((one, k) => (k === n ? text : one)) }, `starter ${n}`)
                }}
              />
              <ItemTools
                items={starters}
                index={n}
                min={0}
                name={words.starter(n + 1)}
                removeLabel={words.removeStarter(n + 1)}
                onChange={(changed) => editing.edit(block, { starters: changed })}
              />
            </li>
          ))}
        </ol>
        <button
          type="button"
          class="button"
          disabled={starters.length >= startersMax}
          onClick={() => editing.edit(block, { starters: [...starters, ''] })}
        >
          <Icon name="plus" />
          {words.addStarter}
        </button>
      </fieldset>
    </>
  )
}

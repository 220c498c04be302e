import { useState } from 'preact/hooks'
import { t } from '../../app/words.ts'
import { CheckField, TextArea, TextField } from '../../ui/field.tsx'
import type { Editing } from '../editing.ts'

const languagePattern = /^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$/

/** What visitors may see of each other. */
const together = ['people', 'reactions', 'questions'] as const

/** What search engines, cards and screen readers are told, and what visitors see of each other. */
export function SettingsPanel({ editing, onAddress }: { readonly editing: Editing; readonly onAddress: () => void }) {
  const words = t().editor.settings
  const settings = editing.document.value.settings ?? {}
  const [language, setLanguage] = useState(settings.language ?? 'en')
  const set = (fields: Partial<typeof settings>, key = '') =>
    editing.change(key, { ...editing.document.value, settings: { ...settings, ...fields } })
  return (
    <div class="panel">
      <h2>{t().editor.panels.settings}</h2>
      <fieldset class="stack" disabled={!editing.writable}>
        <legend class="unseen">{t().editor.panels.settings}</legend>
        <TextArea
          label={words.description}
          hint={words.descriptionHint}
          maxLength={300}
          value={settings.description ?? ''}
          onText={(description) => set({ description }, 'description')}
        />
        <TextField
          label={words.language}
          hint={words.languageHint}
          maxLength={35}
          value={language}
          onText={(text) => {
            setLanguage(text)
            if (languagePattern.test(text)) set({ language: text }, 'language')
          }}
          fault={languagePattern.test(language) ? undefined : words.languageFault}
        />
        <CheckField
          label={words.indexed}
          hint={words.indexedHint}
          checked={settings.indexed ?? false}
          onCheck={(indexed) => set({ indexed })}
        />
        <fieldset class="stack">
          <legend>{words.live}</legend>
          {together.map((one) => (
            <CheckField
              key={one}
              label={words.liveNames[one]}
              hint={words.liveHints[one]}
              checked={settings.live?.[one] ?? false}
              onCheck={(isOn) => set({ live: { ...settings.live, [one]: isOn } })}
            />
          ))}
        </fieldset>
        <button type="button" class="button" onClick={onAddress}>
          {words.address}
        </button>
      </fieldset>
    </div>
  )
}

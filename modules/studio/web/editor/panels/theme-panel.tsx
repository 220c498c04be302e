import { contrast, readable } from '../../../../visitor/render/index.ts'
import { number } from '../../app/formats.ts'
import { t } from '../../app/words.ts'
import { SelectField } from '../../ui/field.tsx'
import { Icon } from '../../ui/icon.tsx'
import type { Editing } from '../editing.ts'

const accents = ['#4f46e5', '#0369a1', '#0f766e', '#15803d', '#a16207', '#c2410c', '#be123c', '#9333ea', '#334155']
/** The grounds that the visitor page writes on (modules/visitor/render/theme.ts). */
const grounds = { white: '#ffffff', dark: '#14151a' } as const
const enough = 4.5

/** How the capsule looks. What can't be read well is said at once. */
export function ThemePanel({ editing }: { readonly editing: Editing }) {
  const words = t().editor.theme
  const theme = editing.document.value.theme ?? {}
  const accent = theme.accent ?? accents[0] ?? ''
  const set = (fields: Partial<typeof theme>, key = '') =>
    editing.change(key, { ...editing.document.value, theme: { ...theme, ...fields } })
  const options = (texts: Readonly<Record<string, string>>) =>
    Object.entries(texts).map(([value, text]) => ({ value, text }))
  return (
    <div class="panel">
      <h2>{t().editor.panels.theme}</h2>
      <fieldset class="stack" disabled={!editing.writable}>
        <legend>{words.accent}</legend>
        <div class="swatches">
          {accents.map((colour) => (
            <button
              key={colour}
              type="button"
              aria-label={colour}
              aria-pressed={accent.toLowerCase() === colour}
              onClick={() => set({ accent: colour })}
            >
              <svg viewBox="0 0 24 24" aria-hidden="true">
                <circle cx="12" cy="12" r="12" fill={colour} />
              </svg>
              {accent.toLowerCase() === colour && <Icon name="check" />}
            </button>
          ))}
          <input
            type="color"
            data-standard={accents.includes(accent.toLowerCase()) || undefined}
            aria-label={words.own}
            title={words.own}
            value={accent}
            onInput={(event) => set({ accent: event.currentTarget.value }, 'accent')}
          />
        </div>
        <Contrast accent={accent} />
      </fieldset>
      <fieldset class="stack" disabled={!editing.writable}>
        <legend class="unseen">{words.font}</legend>
        <SelectField
          label={words.font}
          value={theme.font ?? 'system'}
          options={options(words.fonts)}
          onChoose={(font) => set({ font: font as NonNullable<typeof theme.font> })}
        />
        <SelectField
          label={words.corner}
          value={theme.corner ?? 'soft'}
          options={options(words.corners)}
          onChoose={(corner) => set({ corner: corner as NonNullable<typeof theme.corner> })}
        />
        <SelectField
          label={words.mode}
          value={theme.mode ?? 'auto'}
          options={options(words.modes)}
          onChoose={(mode) => set({ mode: mode as NonNullable<typeof theme.mode> })}
        />
      </fieldset>
    </div>
  )
}

/** WCAG 2.2, 1.4.3: text needs 4.5 to 1. The visitor page moves a colour until it has that; its owner should know. */
function Contrast({ accent }: { readonly accent: string }) {
  const words = t().editor.theme
  const ratio = (ground: string) => contrast(accent, ground)
  const said = (value: number) => number(Math.round(value * 10) / 10)
  const faults = (['white', 'dark'] as const).filter((name) => ratio(grounds[name]) < enough)
  if (faults.length === 0)
    return <p class="hint">{words.good(said(ratio(grounds.white)), said(ratio(grounds.dark)))}</p>
  return (
    <div role="status" class="stack">
      {faults.map((name) => (
        <p key={name} class="warning">
          <Icon name="warn" />
          <span>
            {words.adjusted(words[name], said(ratio(grounds[name])))}{' '}
            <svg class="sample" viewBox="0 0 12 12" aria-hidden="true">
              <rect width="12" height="12" rx="3" fill={readable(accent, grounds[name])} />
            </svg>
          </span>
        </p>
      ))}
    </div>
  )
}

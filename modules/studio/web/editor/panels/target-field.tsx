import { t } from '../../app/words.ts'
import { type Option, SelectField } from '../../ui/field.tsx'
import type { Editing } from '../editing.ts'

/** All pages of the capsule, by their titles. */
export function pageOptions(editing: Editing): Option[] {
  return editing.document.value.pages.map((page, n) => ({
    value: page.id,
    text: page.title || (n === 0 ? editing.title.value : t().editor.pageName(n + 1)),
  }))
}

/** The page that an answer leads to, or none. */
export function TargetField({
  label,
  value,
  none,
  editing,
  onChoose,
}: {
  readonly label: string
  readonly value: string | undefined
  /** What no page means. */
  readonly none: string
  readonly editing: Editing
  readonly onChoose: (page: string | undefined) => void
}) {
  const options = pageOptions(editing)
  const isBroken = value !== undefined && !options.some((option) => option.value === value)
  return (
    <SelectField
      label={label}
      value={value ?? ''}
      options={[{ value: '', text: none }, ...options, ...(isBroken ? [{ value, text: '—' }] : [])]}
      fault={isBroken ? t().editor.check.brokenTarget : undefined}
      onChoose={(page) => onChoose(page === '' ? undefined : page)}
    />
  )
}

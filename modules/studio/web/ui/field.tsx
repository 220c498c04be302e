import type { ComponentChildren } from 'preact'
import { useId } from 'preact/hooks'

interface Labelled {
  readonly label: string
  readonly hint?: ComponentChildren
  readonly fault?: string | undefined
}

interface Ids {
  readonly id: string
  readonly 'aria-describedby': string | undefined
  readonly 'aria-invalid': true | undefined
}

/** A label, a control, what to know about it, and what is wrong with it. */
function Field({ label, hint, fault, children }: Labelled & { readonly children: (ids: Ids) => ComponentChildren }) {
  const id = useId()
  const notes = [hint !== undefined && `${id}-hint`, fault !== undefined && `${id}-fault`].filter(Boolean).join(' ')
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children({ id, 'aria-describedby': notes || undefined, 'aria-invalid': fault === undefined ? undefined : true })}
      {hint !== undefined && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {fault !== undefined && (
        <p class="fault" id={`${id}-fault`}>
          {fault}
        </p>
      )}
    </div>
  )
}

interface TextProps extends Labelled {
  readonly value: string
  readonly onText?: (text: string) => void
  readonly name?: string
  readonly autocomplete?: string
  readonly required?: boolean
  readonly autoFocus?: boolean
  readonly readOnly?: boolean
  readonly minLength?: number
  readonly maxLength?: number
}

interface InputProps extends TextProps {
  readonly pattern?: string
  readonly type?: 'text' | 'email' | 'password' | 'datetime-local'
  readonly inputMode?: 'url' | 'decimal' | 'numeric'
}

export function TextField({ label, hint, fault, onText, type = 'text', ...input }: InputProps) {
  return (
    <Field label={label} hint={hint} fault={fault}>
      {(ids) => (
        <input {...input} {...ids} type={type as 'text'} onInput={(event) => onText?.(event.currentTarget.value)} />
      )}
    </Field>
  )
}

export function NumberField({
  label,
  hint,
  fault,
  value,
  max,
  onNumber,
}: Labelled & {
  readonly value: number
  readonly max: number
  readonly onNumber: (value: number) => void
}) {
  return (
    <Field label={label} hint={hint} fault={fault}>
      {(ids) => (
        <input
          {...ids}
          type="number"
          min={0}
          max={max}
          value={value}
          onInput={(event) => onNumber(Math.max(0, Math.trunc(event.currentTarget.valueAsNumber) || 0))}
        />
      )}
    </Field>
  )
}

export function TextArea({ label, hint, fault, onText, rows = 3, ...input }: TextProps & { readonly rows?: number }) {
  return (
    <Field label={label} hint={hint} fault={fault}>
      {(ids) => <textarea {...input} {...ids} rows={rows} onInput={(event) => onText?.(event.currentTarget.value)} />}
    </Field>
  )
}

export interface Option {
  readonly value: string
  readonly text: string
}

export function SelectField({
  label,
  hint,
  fault,
  value,
  options,
  disabled = false,
  onChoose,
}: Labelled & {
  readonly value: string
  readonly options: readonly Option[]
  readonly disabled?: boolean
  readonly onChoose: (value: string) => void
}) {
  return (
    <Field label={label} hint={hint} fault={fault}>
      {(ids) => (
        <select {...ids} value={value} disabled={disabled} onChange={(event) => onChoose(event.currentTarget.value)}>
          {options.map((option) => (
            <option key={option.value} value={option.value} selected={option.value === value}>
              {option.text}
            </option>
          ))}
        </select>
      )}
    </Field>
  )
}

export function CheckField({
  label,
  hint,
  checked,
  disabled = false,
  onCheck,
}: {
  readonly label: string
  readonly hint?: string
  readonly checked: boolean
  readonly disabled?: boolean
  readonly onCheck: (checked: boolean) => void
}) {
  const id = useId()
  return (
    <div class="field check">
      <input
        id={id}
        type="checkbox"
        checked={checked}
        disabled={disabled}
        aria-describedby={hint === undefined ? undefined : `${id}-hint`}
        onChange={(event) => onCheck(event.currentTarget.checked)}
      />
      <label for={id}>{label}</label>
      {hint !== undefined && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  )
}

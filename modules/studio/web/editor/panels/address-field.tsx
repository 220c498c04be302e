import { useEffect, useState } from 'preact/hooks'
import { TextField } from '../../ui/field.tsx'

/** Why an address may not stand in a document is the server's to say (modules/capsule/document/urls.ts); these are its rules. */
export function isAddress(text: string, schemes: readonly string[]): boolean {
  if (/[\s\\<>"]/.test(text) || !URL.canParse(text)) return false
  const url = new URL(text)
  return (
    schemes.includes(url.protocol) &&
    url.username === '' &&
    url.password === '' &&
    (url.host !== '' || url.protocol !== 'https:')
  )
}

/** An address while it is being typed: the document gets it as soon as it is one, and never a half one. */
export function AddressField({
  label,
  hint,
  fault,
  value,
  schemes,
  also,
  onAddress,
}: {
  readonly label: string
  readonly hint?: string
  readonly fault: string
  readonly value: string
  readonly schemes: readonly string[]
  readonly also?: RegExp
  readonly onAddress: (address: string) => void
}) {
  const [text, setText] = useState(value)
  useEffect(() => setText(value), [value])
  const isGood = (given: string) => isAddress(given, schemes) || (also?.test(given) ?? false)
  return (
    <TextField
      label={label}
      hint={hint}
      inputMode="url"
      maxLength={2_000}
      value={text}
      onText={(given) => {
        const trimmed = given.trim()
        setText(given)
        if (isGood(trimmed)) onAddress(trimmed)
      }}
      fault={text.trim() === '' || isGood(text.trim()) ? undefined : fault}
    />
  )
}

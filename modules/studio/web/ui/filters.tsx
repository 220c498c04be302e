import { Icon } from './icon.tsx'

/** What a list is looked through by: words, and one of a few kinds. */
export function Filters<Kind extends string>({
  q,
  queryLengthMax,
  label,
  name,
  kinds,
  kind,
  onSearch,
  onKind,
}: {
  readonly q: string
  readonly queryLengthMax: number
  readonly label: { readonly search: string; readonly filter: string }
  /** Of the radio buttons. */
  readonly name: string
  readonly kinds: readonly { readonly value: Kind; readonly text: string }[]
  readonly kind: Kind
  readonly onSearch: (q: string) => void
  readonly onKind: (kind: Kind) => void
}) {
  return (
    <search class="filters">
      <SearchField label={label.search} q={q} lengthMax={queryLengthMax} onSearch={onSearch} />
      <fieldset class="segments">
        <legend class="unseen">{label.filter}</legend>
        {kinds.map(({ value, text }) => (
          <label key={value}>
            <input type="radio" name={name} checked={kind === value} onChange={() => onKind(value)} />
            <span>{text}</span>
          </label>
        ))}
      </fieldset>
    </search>
  )
}

export function SearchField({
  label,
  q,
  lengthMax,
  onSearch,
}: {
  readonly label: string
  readonly q: string
  readonly lengthMax: number
  readonly onSearch: (q: string) => void
}) {
  return (
    <label class="searchfield">
      <Icon name="search" />
      <span class="unseen">{label}</span>
      <input
        type="search"
        placeholder={label}
        maxLength={lengthMax}
        value={q}
        onInput={(event) => onSearch(event.currentTarget.value)}
      />
    </label>
  )
}

import { html, type Markup, trusted } from './markup.ts'

/** An answer that was not accepted: what was chosen and typed, and what is wrong with it, shown again to whoever sent it. */
export interface Attempt {
  readonly message: string
  /** By question or field. */
  readonly faults: ReadonlyMap<string, string>
  /** The form's fields as they were sent. */
  readonly entries: readonly (readonly [string, string])[]
}

/** One question or field of a form, as it stands in an attempt. */
export interface Asked {
  /** The name of its controls. */
  readonly name: string
  /** The id that its own ids begin with. */
  readonly id: string
  readonly required: boolean
  readonly attempt: Attempt | undefined
  /** The key of its fault. */
  readonly key: string
}

export function typed({ attempt, name }: Asked): string | undefined {
  return attempt?.entries.find(([given]) => given === name)?.[1]
}

export function isChosen({ attempt, name }: Asked, value: string): boolean {
  return attempt?.entries.some(([given, chosen]) => given === name && chosen === value) ?? false
}

function isFaulty({ attempt, key }: Asked): boolean {
  return attempt?.faults.has(key) ?? false
}

/** The first fault takes the focus, so that a keyboard or a screen reader is where something is to be done. */
export function focusMark({ attempt, key }: Asked): Markup | false {
  return attempt !== undefined && attempt.faults.keys().next().value === key && trusted(' autofocus')
}

/** Ties a control, or a group of them, to its fault. */
export function describedBy(asked: Asked): Markup | false {
  return isFaulty(asked) && html` aria-describedby="${asked.id}.fault"`
}

/** For a control that is alone: a group takes no `aria-invalid`. */
export function faultMarks(asked: Asked): Markup | false {
  return isFaulty(asked) && html` aria-invalid="true"${describedBy(asked)}`
}

export function faultText(asked: Asked): Markup | false {
  const fault = asked.attempt?.faults.get(asked.key)
  return fault !== undefined && html`<p class="fault" id="${asked.id}.fault">${fault}</p>`
}

import { AppError, type Fault } from '../../src/errors.ts'
import { limits } from './limits.ts'

/** Who may come by a link: addresses (`ada@example.com`) and domains (`example.com`). */
export interface EmailGate {
  /** Nobody else; empty: everybody. A domain means itself alone. */
  readonly allow: readonly string[]
  /** These not, whoever else is allowed. A domain means all below it too. */
  readonly block: readonly string[]
}

/** An address in its one form: lower case, its domain in ASCII. Undefined for what is none. */
export function normalEmail(text: string): string | undefined {
  const trimmed = text.trim()
  const at = trimmed.lastIndexOf('@')
  const domain = normalDomain(trimmed.slice(at + 1))
  const name = trimmed.slice(0, at)
  if (at < 1 || domain === undefined || /[\s@\p{C}]/u.test(name) || trimmed.length > limits.emailLengthMax)
    return undefined
  return `${name.toLowerCase()}@${domain}`
}

export function permits({ allow, block }: EmailGate, email: string): boolean {
  const domain = email.slice(email.lastIndexOf('@') + 1)
  const isBlocked = block.some((one) => one === email || one === domain || domain.endsWith(`.${one}`))
  return !isBlocked && (allow.length === 0 || allow.includes(email) || allow.includes(domain))
}

/** The lists in their one form, each entry once. @throws AppError invalid with the places of what is neither. */
export function checkGate(gate: EmailGate, pointer = '/emailGate'): EmailGate {
  const faults: Fault[] = []
  const list = (entries: readonly string[], name: string) => {
    const normal = entries.map((entry, n) => {
      const known = normalEntry(entry)
      if (known !== undefined) return known
      faults.push({ pointer: `${pointer}/${name}/${n}`, message: 'is no e-mail address and no domain' })
      return ''
    })
    return [...new Set(normal)]
  }
  const checked = { allow: list(gate.allow, 'allow'), block: list(gate.block, 'block') }
  if (faults.length > 0) {
    throw new AppError('invalid', 'A list takes e-mail addresses and domains such as example.com.', { faults })
  }
  return checked
}

function normalEntry(entry: string): string | undefined {
  const text = entry.trim()
  return text.lastIndexOf('@') > 0 ? normalEmail(text) : normalDomain(text.replace(/^@/, ''))
}

function normalDomain(text: string): string | undefined {
  if (!/^[^\s/?#@:\\[\]]+\.[^\s/?#@:\\[\]]+$/.test(text)) return undefined
  const host = URL.parse(`http://${text}`)?.hostname
  return host !== undefined && /^[a-z0-9.-]+\.[a-z][a-z0-9-]+$/.test(host) ? host : undefined
}

/** An answer that was sent and not yet acknowledged: `body` is its value as JSON. */
export interface Pending {
  readonly body: string
  readonly id: string
}

/** The id of this answer: the one under which the same was sent before, even before the page was loaded again, or a new one. */
export function pendingFor(place: string, body: string): Pending {
  const before = read(place)
  if (before?.body === body) return before
  const pending = { body, id: newId() }
  write(place, JSON.stringify(pending))
  return pending
}

export function acknowledged(place: string): void {
  write(place, null)
}

/** For browsers that refuse storage: as long as the page stands. */
const here = new Map<string, string>()

function read(place: string): Pending | undefined {
  try {
    return JSON.parse(sessionStorage.getItem(place) ?? here.get(place) ?? 'null') ?? undefined
  } catch {
    return JSON.parse(here.get(place) ?? 'null') ?? undefined
  }
}

function write(place: string, text: string | null): void {
  if (text === null) here.delete(place)
  else here.set(place, text)
  try {
    if (text === null) sessionStorage.removeItem(place)
    else sessionStorage.setItem(place, text)
  } catch {}
}

/** The moment, then chance: answers that come after each other lie beside each other where they are stored. */
function newId(): string {
  const chance = Array.from(crypto.getRandomValues(new Uint8Array(10)), (byte) => byte.toString(16).padStart(2, '0'))
  return Date.now().toString(16).padStart(12, '0') + chance.join('')
}

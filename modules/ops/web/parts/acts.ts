import { make } from './dom.ts'

/** Says something to people who look and to people who listen. */
export function say(words: string): void {
  const place = document.getElementById('said')
  if (place !== null) place.textContent = words
}

/** Asks the server to do something. @throws Error with what it answered. */
export async function act(method: string, path: string, body?: unknown): Promise<Response> {
  const answer = await fetch(path, {
    method,
    ...(body !== undefined && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  })
  if (answer.ok) return answer
  const problem = (await answer.json().catch(() => ({}))) as { detail?: string }
  throw new Error(problem.detail ?? `The server answered ${answer.status}.`)
}

export interface Act {
  readonly label: string
  /** What it is for, for who hears the label alone. */
  readonly about: string
  /** Asked before it is done. */
  readonly sure?: string
  readonly done: string
  readonly run: () => Promise<unknown>
}

/** A button that does something once at a time and says how it went. */
export function actButton({ label, about, sure, done, run }: Act): HTMLButtonElement {
  const name = `${label}: ${about}`
  const button = make('button', { type: 'button', 'aria-label': name, 'data-focus': name }, label)
  button.addEventListener('click', async () => {
    if (sure !== undefined && !confirm(sure)) return
    button.disabled = true
    try {
      await run()
      say(done)
      document.dispatchEvent(new Event('ops-changed'))
    } catch (error) {
      say(error instanceof Error ? error.message : 'It did not work.')
    } finally {
      button.disabled = false
    }
  })
  return button
}

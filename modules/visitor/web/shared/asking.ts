import { storedToken, storeToken } from './token.ts'

/** An answer as the server gives it. */
export interface Given {
  readonly html: string
  /** Whether the capsule says something about it. */
  readonly answers: boolean
  readonly turnId: string
  readonly conversationId: string
  readonly rating?: 1 | -1 | null
}

/** The server understood and said no, and why. */
export class Refused extends Error {}

/** An answer begins within three seconds; who is silent for longer than this is gone. */
const silenceMsMax = 45_000

/**
 * Asks, and tells words as they come.
 * @throws Refused when it may not be asked; anything else when it did not arrive, or broke off.
 */
export async function answerOf(
  question: string,
  conversation: string | undefined,
  onWords: (words: string) => void,
): Promise<Given> {
  const control = new AbortController()
  let timer = setTimeout(() => control.abort(), silenceMsMax)
  try {
    const response = await call(
      'POST',
      'questions',
      { question, ...(conversation && { conversation }) },
      control.signal,
    )
    const token = response.headers.get('encapsify-visitor')
    if (token !== null) storeToken(token)
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
    for (let rest = ''; ; ) {
      const part = await reader?.read()
      if (part?.value === undefined) throw new Error('It ended before its end.')
      clearTimeout(timer)
      timer = setTimeout(() => control.abort(), silenceMsMax)
      const events = (rest + part.value).split('\n\n')
      rest = events.pop() ?? ''
      for (const event of events) {
        const data = JSON.parse(event.slice(event.indexOf('data: ') + 6))
        if (event.startsWith('event: end')) return data
        onWords(data.text)
      }
    }
  } finally {
    clearTimeout(timer)
  }
}

export async function rate(conversation: string, turnId: string, rating: 1 | -1 | null): Promise<void> {
  await call('PUT', `conversations/${conversation}/turns/${turnId}/rating`, { rating })
}

/** Where the visitor can be reached. */
export async function leave(conversation: string, email: string): Promise<void> {
  await call('PUT', `conversations/${conversation}/lead`, { email })
}

export interface Before {
  readonly conversationId: string
  readonly turns: readonly (Given & { readonly question: string })[]
}

/** The conversation that this tab had here. @throws when it is not to be had. */
export async function remembered(place: string): Promise<Before | undefined> {
  const conversationId = stored(place)
  if (conversationId === null) return undefined
  const { items } = await (await call('GET', `conversations/${conversationId}`)).json()
  const turns = items.map((turn: Given & { id: string; question: string }) => ({ ...turn, turnId: turn.id }))
  return { conversationId, turns }
}

export function remember(place: string, conversationId: string): void {
  try {
    sessionStorage.setItem(key(place), conversationId)
  } catch {}
}

export function forget(place: string): void {
  try {
    sessionStorage.removeItem(key(place))
  } catch {}
}

function stored(place: string): string | null {
  try {
    return sessionStorage.getItem(key(place))
  } catch {
    return null
  }
}

function key(place: string): string {
  return `encapsify:${document.body.dataset.capsule}:${place}`
}

async function call(method: string, path: string, body?: object, signal?: AbortSignal): Promise<Response> {
  const token = storedToken()
  const response = await fetch(`/api/v1/capsules/${document.body.dataset.capsule}/${path}`, {
    method,
    headers: {
      ...(body && { 'content-type': 'application/json' }),
      ...(token !== null && { 'encapsify-visitor': token }),
    },
    ...(body && { body: JSON.stringify(body) }),
    ...(signal && { signal }),
  })
  if (response.ok) return response
  if (response.status >= 500) throw new Error(`The server answered ${response.status}.`)
  const { detail = 'This was not accepted.' } = await response.json()
  const waitS = Number(response.headers.get('retry-after') ?? 0)
  const wait =
    waitS > 90 ? ` Please come back in ${Math.ceil(waitS / 60)} minutes.` : waitS > 0 ? ' Please wait a moment.' : ''
  throw new Refused(detail + wait)
}

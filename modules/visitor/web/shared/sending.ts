import { storedToken, storeToken } from './token.ts'

/** What the server said to an answer: untrusted until read, so every field may be missing. */
export interface Answered {
  readonly total?: number
  readonly choices?: Readonly<Record<string, number>>
  readonly score?: number
  readonly outOf?: number
  readonly questions?: readonly { id: string; right: boolean; correct: readonly string[]; explanation?: string }[]
  readonly next?: string
}

export interface Answer {
  readonly id: string
  readonly version: number
  readonly block: string
  readonly value: unknown
}

interface Problem {
  readonly code?: string
  readonly detail?: string
  readonly errors?: readonly { readonly pointer: string; readonly message: string }[]
}

/** The server understood and said no: sending the same again would not help. */
export class Refusal extends Error {
  readonly code: string
  readonly errors: NonNullable<Problem['errors']>
  constructor(problem: Problem) {
    super(problem.detail ?? 'Your answer was not accepted.')
    this.code = problem.code ?? ''
    this.errors = problem.errors ?? []
  }
}

const deadlineMs = 15_000
/** Pauses before the second and the third try. */
const pausesMs = [1_000, 4_000]

/**
 * Sends until it is acknowledged, refused, or has failed three times; always under the same id, so that it counts once.
 * @throws Refusal when it was refused; anything else when it did not arrive, or nobody knows.
 */
export async function send(answer: Answer, onRetry: () => void): Promise<Answered> {
  for (let n = 0; ; n++) {
    try {
      return await sendOnce(answer)
    } catch (error) {
      const pauseMs = pausesMs[n]
      if (error instanceof Refusal || pauseMs === undefined || !navigator.onLine) throw error
      onRetry()
      await new Promise((resolve) => setTimeout(resolve, pauseMs))
    }
  }
}

async function sendOnce(answer: Answer): Promise<Answered> {
  const token = storedToken()
  const response = await fetch(`/api/v1/capsules/${document.body.dataset.capsule}/responses`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token !== null && { 'encapsify-visitor': token }) },
    body: JSON.stringify(answer),
    signal: AbortSignal.timeout(deadlineMs),
  })
  if (response.status === 429 || response.status >= 500) throw new Error(`The server answered ${response.status}.`)
  const said = await response.json()
  if (!response.ok) throw new Refusal(said)
  if (typeof said.visitor === 'string') storeToken(said.visitor)
  return said.result ?? {}
}

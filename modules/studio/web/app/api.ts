import { Problem, problemOf } from './problem.ts'

export interface Call {
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal
}

export interface Answer<T> {
  readonly data: T
  readonly status: number
  /** The entity tag with its quotes. */
  readonly etag: string
  /** Of what was begun by it; empty where nothing was. */
  readonly location: string
}

interface Surroundings {
  /** The slug of the organization that requests are about. */
  readonly organization: () => string | undefined
  /** Asks the person to sign in again; false: they would not. */
  readonly signInAgain: () => Promise<boolean>
}

let surroundings: Surroundings = { organization: () => undefined, signInAgain: async () => false }

/** Told once, at the start: who asks, and what to do when a session has ended. */
export function surround(given: Surroundings): void {
  surroundings = given
}

/**
 * One request to the API. A session that ended is no failure: the person signs in again, and the request goes out anew.
 * @throws Problem
 */
export async function call<T>(method: string, path: string, options: Call = {}): Promise<Answer<T>> {
  return read<T>(await answered(method, path, options))
}

/** The answer, once the person has signed in again where that was needed. */
async function answered(method: string, path: string, options: Call): Promise<Response> {
  const answer = await send(method, path, options)
  if (answer.status !== 401 || path.startsWith('/api/auth/sign-')) return answer
  return (await surroundings.signInAgain()) ? send(method, path, options) : answer
}

/** An event of an answer that comes in pieces. */
export interface AnswerEvent {
  readonly name: string
  readonly data: unknown
}

/** One request whose answer comes as server-sent events. It may end before its last one: a connection broke. @throws Problem */
export async function* events(path: string, options: Call): AsyncGenerator<AnswerEvent, void, void> {
  const answer = await answered('POST', path, options)
  if (!answer.ok || answer.body === null) throw await problemOf(answer)
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader()
  let rest = ''
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      const [last = '', ...whole] = `${rest}${value}`.split('\n\n').toReversed()
      rest = last
      for (const one of whole.toReversed()) {
        const [, name = '', data = 'null'] = /^event: (\w+)\ndata: (.*)$/s.exec(one) ?? []
        yield { name, data: JSON.parse(data) }
      }
    }
  } finally {
    reader.cancel().catch(() => {})
  }
}

export const get = async <T>(path: string, options?: Call) => (await call<T>('GET', path, options)).data
export const post = async <T>(path: string, body?: unknown, options?: Call) =>
  (await call<T>('POST', path, { ...options, body })).data
export const patch = async <T>(path: string, body: unknown) => (await call<T>('PATCH', path, { body })).data
export const remove = (path: string) => call<undefined>('DELETE', path)

/** A key that makes a repeated request harmless. */
export function idempotent(): Readonly<Record<string, string>> {
  return { 'idempotency-key': crypto.randomUUID() }
}

async function send(method: string, path: string, { body, headers, signal }: Call): Promise<Response> {
  const organization = surroundings.organization()
  const isFile = body instanceof FormData
  try {
    return await fetch(path, {
      method,
      headers: {
        accept: 'application/json',
        ...(organization !== undefined && { 'encapsify-organization': organization }),
        ...(body !== undefined && !isFile && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: isFile ? body : JSON.stringify(body) }),
      ...(signal !== undefined && { signal }),
    })
  } catch (error) {
    if (signal?.aborted) throw error
    throw new Problem(0, 'offline', 'There is no connection to the server.')
  }
}

async function read<T>(answer: Response): Promise<Answer<T>> {
  if (!answer.ok) throw await problemOf(answer)
  const text = await answer.text()
  const data = (text === '' ? undefined : JSON.parse(text)) as T
  const header = (name: string) => answer.headers.get(name) ?? ''
  return { data, status: answer.status, etag: header('etag'), location: header('location') }
}

/** `?a=1&b=2` of what is given, without what is not. */
export function query(fields: Readonly<Record<string, string | number | undefined>>): string {
  const given = Object.entries(fields).flatMap(([name, value]) =>
    value === undefined || value === '' ? [] : [[name, String(value)]],
  )
  return given.length === 0 ? '' : `?${new URLSearchParams(given)}`
}

import type { Answer } from './sending.ts'

/** An answer that waits until the server can be reached, under the id that it was first sent with. */
export interface WaitingAnswer {
  readonly capsule: string
  readonly answer: Answer
  /** Who answers, for browsers that keep no cookie of ours. */
  readonly token: string | null
}

interface Row extends WaitingAnswer {
  readonly id: string
}

/** What waits on this device at most. */
const waitingMax = 100
const store = 'answers'
/** Page and worker never send at the same time; if they did, the server would count one. */
const lock = 'encapsify-answers'

/** Keeps it on this device. False where the browser keeps nothing. */
export async function keepAnswer(waiting: WaitingAnswer): Promise<boolean> {
  try {
    if ((await all()).length >= waitingMax) return false
    await transact('readwrite', (answers) => answers.put({ ...waiting, id: waiting.answer.id } satisfies Row))
    return true
  } catch {
    return false
  }
}

export async function forgetAnswer(id: string): Promise<void> {
  try {
    await transact('readwrite', (answers) => answers.delete(id))
  } catch {}
}

export async function waitingAnswers(): Promise<WaitingAnswer[]> {
  try {
    return await all()
  } catch {
    return []
  }
}

/**
 * Sends what waits, oldest first. Each keeps its id, so that it counts once however often it is sent; what the server refuses
 * is dropped, because sending it again would not help. Returns the ids that are through.
 * @throws when the server cannot be reached: the rest waits on
 */
export function sendWaiting(): Promise<string[]> {
  return navigator.locks === undefined ? sendAll() : navigator.locks.request(lock, sendAll)
}

async function sendAll(): Promise<string[]> {
  const sent: string[] = []
  for (const { capsule, answer, token } of await waitingAnswers()) {
    const response = await fetch(`/api/v1/capsules/${capsule}/responses`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token !== null && { 'encapsify-visitor': token }) },
      body: JSON.stringify(answer),
    })
    if (response.status === 408 || response.status === 429 || response.status >= 500) {
      throw new Error(`The server answered ${response.status}.`)
    }
    await forgetAnswer(answer.id)
    sent.push(answer.id)
  }
  return sent
}

function all(): Promise<Row[]> {
  return transact('readonly', (answers) => answers.getAll() as IDBRequest<Row[]>)
}

async function transact<T>(mode: IDBTransactionMode, ask: (answers: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const opening = indexedDB.open('encapsify', 1)
  opening.onupgradeneeded = () => opening.result.createObjectStore(store, { keyPath: 'id' })
  const database = await settled(opening)
  try {
    const transaction = database.transaction(store, mode)
    const asked = ask(transaction.objectStore(store))
    // Kept means kept: the transaction has ended, not only its request.
    await new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve()
      transaction.onabort = () => reject(transaction.error)
    })
    return asked.result
  } finally {
    database.close()
  }
}

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
}

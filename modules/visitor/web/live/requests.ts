import { storedToken, storeToken } from '../shared/token.ts'
import type { Message } from './connection.ts'

/** What was said and is not answered yet, by its id. */
const waiting = new Map<string, (reply: Message) => void>()
const deadlineMs = 15_000

/** Says something under an id of its own. Resolves with the reply; undefined: nobody knows whether it arrived. */
export function request(message: object, say: (message: object) => boolean): Promise<Message | undefined> {
  const id = crypto.randomUUID()
  const visitor = storedToken()
  return new Promise((resolve) => {
    if (!say({ ...message, id, ...(visitor !== null && { visitor }) })) return resolve(undefined)
    const late = setTimeout(() => {
      waiting.delete(id)
      resolve(undefined)
    }, deadlineMs)
    waiting.set(id, (reply) => {
      clearTimeout(late)
      resolve(reply)
    })
  })
}

export function heard(reply: Message): void {
  if (typeof reply.visitor === 'string') storeToken(reply.visitor)
  const id = String(reply.id)
  waiting.get(id)?.(reply)
  waiting.delete(id)
}

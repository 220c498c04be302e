import type { CapsuleResource, StoredResponse } from '../capsule/index.ts'

/** A message as it leaves: its body is made once and stays the same over all attempts. */
export interface Message {
  readonly id: string
  readonly type: string
  readonly body: string
}

/** `{ type, timestamp, data }`, as the Standard Webhooks specification has it. */
function message(id: string, type: string, atMs: number, data: object): Message {
  return { id, type, body: JSON.stringify({ type, timestamp: new Date(atMs).toISOString(), data }) }
}

type Named = Pick<CapsuleResource, 'id' | 'title' | 'url'>

/** An answer came in. Its id makes the message's, so that telling it twice is telling it once. */
export function answerMessage(capsule: Named, { id, at, ...answer }: StoredResponse): Message {
  const { title, url } = capsule
  return message(`msg_${capsule.id}_${id}`, 'response.created', at, {
    capsule: { id: capsule.id, title, url },
    response: { id, ...answer, at: new Date(at).toISOString() },
  })
}

/** A visitor who seems to be serious. */
export interface Lead {
  /** The same for every telling of it. */
  readonly id: string
  readonly capsuleId: string
  readonly visitor: string
  /** Given at the gate of a link; absent: nobody asked. */
  readonly email?: string | undefined
  readonly score: number
  readonly atMs: number
}

export function leadMessage(capsule: Named, lead: Lead): Message {
  const { id, title, url } = capsule
  const { visitor, email, score } = lead
  return message(`msg_${lead.id}`, 'lead.hot', lead.atMs, {
    capsule: { id, title, url },
    lead: { visitor, email, score },
  })
}

export function testMessage(id: string, atMs: number): Message {
  return message(id, 'webhook.test', atMs, { text: 'It works.' })
}

import type { OrganizationId } from '../../src/db/ids.ts'
import { byteOrderMark, csvRecord } from '../../src/http/csv.ts'
import { pageLimitMax } from '../../src/http/paging.ts'
import type { CapsuleChat } from '../ai/index.ts'
import { each } from './each.ts'

export type Chats = Pick<CapsuleChat['conversations'], 'list' | 'said'>

/** A capsule's conversations, a line of JSON each (RFC 8259 in lines), with what they rest on and what visitors thought of it. */
export async function* conversationFile(
  chats: Chats,
  organizationId: OrganizationId,
  capsuleId: string,
  onRows: (rows: number) => void,
): AsyncGenerator<Uint8Array> {
  for await (const { id, lead, createdAt, updatedAt } of each((cursor) =>
    chats.list(organizationId, capsuleId, { limit: pageLimitMax, cursor }),
  )) {
    const turns = await Array.fromAsync(
      each((cursor) => chats.said(organizationId, id, pageLimitMax, cursor === undefined ? undefined : Number(cursor))),
    )
    yield Buffer.from(`${JSON.stringify({ id, lead, createdAt, updatedAt, turns })}\n`)
    onRows(1)
  }
}

/** Where visitors of a capsule's chat can be reached, as a table. */
export async function* leadFile(
  chats: Chats,
  organizationId: OrganizationId,
  capsuleId: string,
): AsyncGenerator<Uint8Array> {
  yield Buffer.from(byteOrderMark + csvRecord(['left', 'email', 'conversation', 'question']))
  for await (const { id, lead, question } of each((cursor) =>
    chats.list(organizationId, capsuleId, { limit: pageLimitMax, cursor, leads: true }),
  )) {
    if (lead !== null) yield Buffer.from(csvRecord([new Date(lead.at).toISOString(), lead.email, id, question]))
  }
}

import { createHmac } from 'node:crypto'
import { isProof, isSame, prove } from '../hello.ts'
import type { Range } from './shared.ts'

/** Where a node's mesh answers for its files. */
export const filePath = '/file'
/** What is asked for at once: held in memory on both sides, and proven as a whole. */
export const pieceBytesMax = 2 * 1_048_576
const nameLengthMax = 300

/** A piece of a file, or with an empty range whether it is there at all. The challenge is new each time. */
export interface Asked {
  readonly name: string
  readonly range: Range
  readonly challenge: string
}

const header = { challenge: 'encapsify-challenge', proof: 'encapsify-proof', bytes: 'encapsify-bytes' }

/**
 * A question for a file, proven by the key that the cluster's servers share. Who repeats one that they overheard gets the bytes that
 * they overheard: nothing is gained by it.
 */
export function ask(address: string, key: Buffer, asked: Asked): { url: string; headers: Record<string, string> } {
  const { name, range, challenge } = asked
  const query = new URLSearchParams({ name, start: String(range.start), end: String(range.end) })
  const url = `http://${address}${filePath}?${query}`
  return { url, headers: { [header.challenge]: challenge, [header.proof]: prove(key, 'file', ...partsOf(asked)) } }
}

/** undefined for what nobody of this cluster asked. */
export function readAsked(key: Buffer, { url, headers }: Request): Asked | undefined {
  const query = new URL(url).searchParams
  const [start, end] = [Number(query.get('start')), Number(query.get('end'))]
  const [name, challenge] = [query.get('name') ?? '', headers.get(header.challenge) ?? '']
  const asked: Asked = { name, range: { start, end }, challenge }
  const isSound = Number.isSafeInteger(start) && Number.isSafeInteger(end) && start >= 0 && start <= end
  if (!isSound || end - start > pieceBytesMax || name.length > nameLengthMax) return undefined
  return isProof(headers.get(header.proof) ?? '', key, 'file', ...partsOf(asked)) ? asked : undefined
}

/** What is said: so long is the file, and this is the piece. Absent (null): it is not here, but those may have it. */
export type Said =
  | { readonly bytes: number; readonly piece: Uint8Array<ArrayBuffer> }
  | { readonly bytes: null; readonly others: readonly string[] }

export function answer(key: Buffer, asked: Asked, said: Said): Response {
  const body = said.bytes === null ? new TextEncoder().encode(JSON.stringify(said.others)) : said.piece
  const bytes = said.bytes === null ? 'none' : String(said.bytes)
  return new Response(body, { headers: { [header.bytes]: bytes, [header.proof]: seal(key, asked, bytes, body) } })
}

/** undefined for what was not said by a node of this cluster to this very question. */
export async function readAnswer(key: Buffer, asked: Asked, response: Response): Promise<Said | undefined> {
  if (response.status !== 200) return undefined
  const bytes = response.headers.get(header.bytes) ?? ''
  const body = await response.bytes()
  if (!isSame(response.headers.get(header.proof) ?? '', seal(key, asked, bytes, body))) return undefined
  if (bytes === 'none') return { bytes: null, others: JSON.parse(new TextDecoder().decode(body)) as string[] }
  return { bytes: Number(bytes), piece: body }
}

function partsOf({ name, range, challenge }: Asked): string[] {
  return [name, String(range.start), String(range.end), challenge]
}

function seal(key: Buffer, asked: Asked, bytes: string, body: Uint8Array): string {
  const head = JSON.stringify(['file-piece', ...partsOf(asked), bytes])
  return createHmac('sha256', key).update(head).update('\n').update(body).digest('base64url')
}

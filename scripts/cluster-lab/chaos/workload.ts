import type { Outcome, Position } from '../../../test/cluster/history.ts'
import type { Lab } from '../lab.ts'
import type { LabNode } from '../node.ts'

/** What clients do to the cluster while the nemesis is at work. An attempt never throws: no answer is `unknown`. */
export interface Workload {
  /** Once, when the cluster is up. */
  prepare(lab: Lab): Promise<void>
  /** Names of new, empty lists. A list holds `listItemsMax` items at most. */
  makeLists(lab: Lab, count: number): Promise<string[]>
  append(entry: string, list: string, id: string, carried: string | undefined): Promise<Attempt>
  read(entry: string, list: string, carried: string | undefined): Promise<Attempt>
  /** Asks one node itself, not the way in. @throws Error when it does not answer. */
  listAt(node: LabNode, list: string): Promise<string[]>
}

export interface Attempt {
  readonly outcome: Outcome
  /** `Encapsify-Position` as it came, to be carried on. */
  readonly position: string | undefined
}

/** What one page shows, so that a read is one snapshot. */
export const listItemsMax = 90
const attemptMs = 3_000

/** One request; what it came to is read from the status: 2xx happened, 4xx did not, of anything else nobody knows. */
export async function attempt(
  url: string,
  init: RequestInit & { headers: Record<string, string> },
  carried: string | undefined,
  idsOf: (body: unknown) => readonly string[] | undefined,
): Promise<Attempt> {
  const headers = carried === undefined ? init.headers : { ...init.headers, 'encapsify-position': carried }
  try {
    const answer = await fetch(url, { ...init, headers, signal: AbortSignal.timeout(attemptMs) })
    const body: unknown = answer.ok ? await answer.json() : await answer.body?.cancel()
    if (!answer.ok) {
      const refused = answer.status >= 400 && answer.status < 500
      return { outcome: { kind: refused ? 'fail' : 'unknown' }, position: undefined }
    }
    const position = answer.headers.get('encapsify-position') ?? undefined
    const ids = idsOf(body)
    const node = answer.headers.get('encapsify-node')
    const outcome: Outcome = {
      kind: 'ok',
      ...(position !== undefined && { position: parsePosition(position) }),
      ...(ids !== undefined && { ids }),
      ...(node !== null && { node }),
    }
    return { outcome, position }
  } catch {
    return { outcome: { kind: 'unknown' }, position: undefined }
  }
}

/** `epoch.number`, whatever cluster stands before it. @throws Error on anything else. */
export function parsePosition(text: string): Position {
  const [, epoch, number] = /(\d+)\.(\d+)$/.exec(text) ?? []
  if (epoch === undefined || number === undefined) throw new Error(`not a position: ${text}`)
  return { epoch: Number(epoch), number: Number(number) }
}

import type { Problem as ProblemData } from '../../../../src/http/problem.ts'

/** What the server refused, or that it could not be reached (`status` 0). `message` is for people. */
export class Problem extends Error {
  override readonly name = 'Problem'
  readonly status: number
  readonly code: string
  readonly errors: NonNullable<ProblemData['errors']>
  readonly retryAfterS: number | undefined

  constructor(status: number, code: string, message: string, errors: ProblemData['errors'] = [], retryAfterS?: number) {
    super(message)
    this.status = status
    this.code = code
    this.errors = errors
    this.retryAfterS = retryAfterS
  }

  get offline(): boolean {
    return this.status === 0
  }

  /** What is wrong with one field, by its JSON pointer. */
  at(pointer: string): string | undefined {
    return this.errors.find((one) => one.pointer === pointer)?.message
  }
}

export async function problemOf(answer: Response): Promise<Problem> {
  const retryAfter = Number(answer.headers.get('retry-after') ?? Number.NaN)
  const retryAfterS = Number.isFinite(retryAfter) ? retryAfter : undefined
  const data = (await answer.json().catch(() => ({}))) as Partial<ProblemData>
  return new Problem(answer.status, data.code ?? 'internal', data.detail ?? answer.statusText, data.errors, retryAfterS)
}

/** Any error as one that can be shown. */
export function asProblem(error: unknown, offlineText: string): Problem {
  if (error instanceof Problem) return error.offline ? new Problem(0, 'offline', offlineText) : error
  return new Problem(500, 'internal', error instanceof Error ? error.message : String(error))
}

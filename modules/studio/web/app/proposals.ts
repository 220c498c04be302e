import type { Draft, Manner, Progress, Translation } from '../../../ai/index.ts'
import type { Block, QuizBlock } from '../../../capsule/index.ts'
import { events, get } from './api.ts'
import { Problem } from './problem.ts'
import { t } from './words.ts'

export type { Draft, Manner, Progress, Translation }

/** How a proposal is waited for. */
export interface Waiting {
  readonly signal: AbortSignal
  told(progress: Progress): void
}

/** What the event `failed` holds: what a problem does. */
interface Failed {
  readonly status: number
  readonly code: string
  readonly message: string
  readonly faults?: Problem['errors']
  readonly retryAfterS?: number
}

/** @throws Problem */
async function propose<T>(path: string, body: unknown, { signal, told }: Waiting): Promise<T> {
  for await (const { name, data } of events(path, { body, signal })) {
    if (name === 'progress') told(data as Progress)
    if (name === 'proposal') return data as T
    if (name === 'failed') {
      const { status, code, message, faults, retryAfterS } = data as Failed
      throw new Problem(status, code, message, faults, retryAfterS)
    }
  }
  throw new Problem(0, 'offline', t().general.offline)
}

const about = (capsule: string, kind: string) => `/api/v1/capsules/${capsule}/proposals/${kind}`

/** Help in writing: nothing of it is kept before it is accepted. */
export const proposals = {
  /** Whether there is a model to ask. */
  ready: () => get<{ readonly ai: boolean }>('/api/v1/proposals'),
  draft: (body: { readonly wish: string; readonly url?: string; readonly by: Draft['by'] }, waiting: Waiting) =>
    propose<Draft>('/api/v1/proposals/drafts', body, waiting),
  documentDraft: (body: FormData, waiting: Waiting) =>
    propose<Draft>('/api/v1/proposals/document-drafts', body, waiting),
  rewrite: (
    capsule: string,
    body: { readonly block: Block; readonly manner: Manner; readonly wish: string },
    waiting: Waiting,
  ) => propose<{ readonly block: Block }>(about(capsule, 'rewrites'), body, waiting),
  translation: (capsule: string, language: string, waiting: Waiting) =>
    propose<Translation>(about(capsule, 'translations'), { language }, waiting),
  quiz: (capsule: string, body: { readonly questions: number; readonly page?: string }, waiting: Waiting) =>
    propose<{ readonly block: QuizBlock }>(about(capsule, 'quizzes'), body, waiting),
  alternativeText: (capsule: string, body: { readonly picture: string; readonly near: string }, waiting: Waiting) =>
    propose<{ readonly text: string }>(about(capsule, 'alternative-texts'), body, waiting),
}

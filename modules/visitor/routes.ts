import { Type } from '@sinclair/typebox'
import { Elysia } from 'elysia'
import { AppError } from '../../src/errors.ts'
import { addressOf, type PageAddress } from './address.ts'
import { PlainAnswers } from './answers.ts'
import type { VisitorDeps } from './deps.ts'
import { formEntries } from './form-body.ts'
import { oembed } from './oembed.ts'
import { speculationPath } from './offline.ts'
import { VisitorPages } from './pages.ts'
import { PlainQuestions } from './questions.ts'
import { absent, refusal } from './refusals.ts'
import { ShareGate } from './share-gate.ts'
import { favicon, robotsTxt, welcome } from './site.ts'

/** First segments that programs ask for: what is not there is a problem, never a page. */
const machines = ['-', 'ai', 'api', 'health', 'live', 'metrics']
const hidden = { detail: { hide: true } }
const entries = Type.Array(Type.Tuple([Type.String(), Type.String()]))

/** What visitors' browsers ask for. Ready pages are answered by `visitorDoor` before. */
export function visitorRoutes(deps: VisitorDeps, pages = new VisitorPages(deps)) {
  const answers = new PlainAnswers(deps, pages)
  const questions = new PlainQuestions(deps, pages)
  const gate = new ShareGate(deps, pages)
  const explained = async (request: Request, answer: () => Response | Promise<Response>): Promise<Response> => {
    try {
      return await answer()
    } catch (error) {
      if (error instanceof AppError) return refusal(error, request, deps.assets)
      throw error
    }
  }
  const at = async (request: Request, answer: (address: PageAddress) => Promise<Response>): Promise<Response> => {
    const address = addressOf(request.url)
    if (address !== undefined && machines.includes(address.organization)) {
      throw new AppError('not-found', 'There is nothing at this address.')
    }
    return explained(request, () => (address === undefined ? refusal(absent(), request, deps.assets) : answer(address)))
  }
  return new Elysia({ name: 'visitor' })
    .get('/', () => welcome(deps.assets), hidden)
    .get('/:organization', ({ request, params }) => nobody(request, params.organization, deps.assets), hidden)
    .get('/:organization/:capsule', ({ request }) => at(request, (address) => pages.open(request, address)), hidden)
    .post(
      '/:organization/:capsule/-/responses',
      ({ request, body }) => at(request, (address) => answers.take(request, address, body)),
      { ...hidden, parse: ({ request }) => formEntries(request), body: entries },
    )
    .post(
      '/:organization/:capsule/-/questions',
      ({ request, body }) => at(request, (address) => questions.take(request, address, body)),
      { ...hidden, parse: ({ request }) => formEntries(request), body: entries },
    )
    .get(
      '/:organization/:capsule/-/offline',
      ({ request }) => at(request, (address) => pages.offline(request, address)),
      hidden,
    )
    .get('/-/s/:link', ({ request, params }) => explained(request, () => gate.open(request, params.link ?? '')), hidden)
    .post(
      '/-/s/:link',
      ({ request, params, body }) => explained(request, () => gate.take(request, params.link ?? '', body)),
      { ...hidden, parse: ({ request }) => formEntries(request), body: entries },
    )
    .get('/sw.js', ({ request }) => pages.worker(request), hidden)
    .get(speculationPath, ({ request }) => pages.speculation(request), hidden)
    .get('/-/oembed', ({ request }) => oembed(request, deps.origin, pages), hidden)
    .get('/robots.txt', () => robotsTxt(), hidden)
    .get('/favicon.ico', () => favicon(), hidden)
}

/** An organization has no page of its own. What programs look for (`/sw.js`, `/ads.txt`) is a problem, not a page. */
function nobody(request: Request, segment: string, assets: VisitorDeps['assets']): Response {
  if (segment.includes('.') || machines.includes(segment)) {
    throw new AppError('not-found', 'There is nothing at this address.')
  }
  return refusal(absent(), request, assets)
}

import { Type } from '@sinclair/typebox'
import { Elysia } from 'elysia'
import type { OrganizationId } from '../../../src/db/ids.ts'
import { AppError } from '../../../src/errors.ts'
import { wholeBody } from '../../../src/http/body.ts'
import { detail as described } from '../../../src/http/detail.ts'
import { type CapsuleDocument, limits as documentLimits } from '../../capsule/index.ts'
import type { Access, AccessPlugin } from '../../organization/index.ts'
import { limits } from '../limits.ts'
import type { Author, Authoring, DraftAsk } from './authoring.ts'
import { mannerNames } from './rewrite.ts'

export interface AuthoringRoutesDeps {
  readonly access: AccessPlugin
  readonly authoring: Authoring
  /** Capsules as they are worked on; another organization's are not there. */
  readonly capsules: {
    get(organizationId: OrganizationId, id: string): { readonly title: string }
    draft(organizationId: OrganizationId, id: string): { readonly document: CapsuleDocument }
  }
}

const closed = { additionalProperties: false } as const
const wish = Type.String({ maxLength: limits.wishLengthMax })
const by = Type.Union([Type.Literal('ai'), Type.Literal('conversion')], {
  description: "`conversion`: the source's own headings, paragraphs and lists in blocks, without AI. Default `ai`.",
})
const draftBody = Type.Object(
  {
    wish: Type.Optional(wish),
    url: Type.Optional(Type.String({ minLength: 1, maxLength: documentLimits.urlLengthMax })),
    by: Type.Optional(by),
  },
  closed,
)
const detail = (operationId: string, summary: string, what: string) =>
  described('Proposals', operationId, summary, {
    200: `Server-sent events: \`progress\` with \`{ step, done, of }\` (texts, or characters where \`of\` is 0), then one \`proposal\` with ${what}, or one \`failed\` with \`{ code, status, message }\`. Nothing of it is kept. Leaving ends it.`,
  })
const draftAnswer = '`{ title, document, by, dropped, isCut }`: what `POST /api/v1/capsules` takes'

/** Help in writing, for those who may edit. What a key asks of AI needs `ai:use` too. */
export function authoringRoutes(deps: AuthoringRoutesDeps) {
  return new Elysia({ name: 'ai-authoring', prefix: '/api/v1' }).use(draftRoutes(deps)).use(capsuleRoutes(deps))
}

function draftRoutes({ access, authoring }: AuthoringRoutesDeps) {
  const answer = (access: Access, ask: DraftAsk) => {
    const author = authorOf(access, '', ask.by)
    return authoring.answer(author, authoring.draft(author, ask))
  }
  return new Elysia({ name: 'ai-drafts' })
    .use(access)
    .get('/proposals', ({ access }) => ({ ai: authoring.isReadyFor(access.organizationId) }), {
      needs: 'capsules:write',
      ...described(
        'Proposals',
        'getProposals',
        'Whether AI is set up: without it a draft can be converted, and no more',
        {
          200: Type.Object({ ai: Type.Boolean() }),
        },
      ),
    })
    .post(
      '/proposals/drafts',
      ({ access, body: { wish = '', url, by = 'ai' } }) =>
        answer(access, { wish, by, from: url === undefined ? { kind: 'wish' } : { kind: 'page', url } }),
      {
        needs: 'capsules:write',
        body: draftBody,
        ...detail('proposeDraft', 'A draft of a new capsule, from a wish or from the text of a page', draftAnswer),
      },
    )
    .post('/proposals/document-drafts', ({ access, body: [ask] }) => answer(access, ask), {
      needs: 'capsules:write',
      parse: async ({ request }: { request: Request }) => [await documentAsk(request)],
      body: Type.Tuple([Type.Unsafe<DraftAsk>(Type.Any())]),
      ...withForm(
        detail(
          'proposeDocumentDraft',
          'A draft of a new capsule, from a PDF, Word, text, Markdown or HTML file',
          draftAnswer,
        ),
      ),
    })
}

function capsuleRoutes({ access, authoring, capsules }: AuthoringRoutesDeps) {
  const worked = ({ organizationId }: Access, id: string) => {
    const { title } = capsules.get(organizationId, id)
    return { title, document: capsules.draft(organizationId, id).document }
  }
  return new Elysia({ name: 'ai-proposals' })
    .use(access)
    .post(
      '/capsules/:id/proposals/rewrites',
      ({ access, params, body }) => {
        capsules.get(access.organizationId, params.id)
        const author = authorOf(access, params.id)
        return authoring.answer(author, authoring.rewrite(author, body.block, body.manner, body.wish))
      },
      {
        needs: 'capsules:write',
        body: Type.Object(
          {
            block: Type.Unknown({ description: 'A heading or richText, as a document holds it.' }),
            manner: Type.Union(mannerNames.map((one) => Type.Literal(one))),
            wish: Type.Optional(wish),
          },
          closed,
        ),
        ...detail('proposeRewrite', 'A heading or text in other words', '`{ block }`'),
      },
    )
    .post(
      '/capsules/:id/proposals/translations',
      ({ access, params, body }) => {
        const author = authorOf(access, params.id)
        return authoring.answer(author, authoring.translate(author, worked(access, params.id), body.language))
      },
      {
        needs: 'capsules:write',
        body: Type.Object({ language: Type.String({ minLength: 2, maxLength: 35, description: 'BCP 47.' }) }, closed),
        ...detail(
          'proposeTranslation',
          'The whole draft in another language',
          '`{ title, document, translated, kept }`',
        ),
      },
    )
    .post(
      '/capsules/:id/proposals/quizzes',
      ({ access, params, body: { questions = 5, page } }) => {
        const author = authorOf(access, params.id)
        return authoring.answer(author, authoring.quiz(author, worked(access, params.id), questions, page))
      },
      {
        needs: 'capsules:write',
        body: Type.Object(
          {
            questions: Type.Optional(Type.Integer({ minimum: 1, maximum: limits.quizQuestionsMax })),
            page: Type.Optional(Type.String({ maxLength: documentLimits.idLengthMax, description: 'Default: all.' })),
          },
          closed,
        ),
        ...detail('proposeQuiz', 'Questions that the draft answers', '`{ block }`'),
      },
    )
    .post(
      '/capsules/:id/proposals/alternative-texts',
      ({ access, params, body: { picture, near = '' } }) => {
        capsules.get(access.organizationId, params.id)
        const author = authorOf(access, params.id)
        return authoring.answer(author, authoring.describe(author, { picture, near }))
      },
      {
        needs: 'capsules:write',
        body: Type.Object(
          {
            picture: Type.String({
              minLength: 1,
              description: 'A data URL of a PNG, JPEG, GIF or WebP, or an https address.',
            }),
            near: Type.Optional(Type.String({ maxLength: 20_000, description: "The page's words around it." })),
          },
          closed,
        ),
        ...detail('proposeAlternativeText', 'What a picture shows, for those who do not see it', '`{ text }`'),
      },
    )
}

/** @throws AppError forbidden for a key that may not spend on AI. */
function authorOf({ organizationId, by }: Access, capsuleId: string, way: DraftAsk['by'] = 'ai'): Author {
  if (by.kind === 'user') return { organizationId, keyId: '', capsuleId }
  if (way === 'ai' && !by.scopes.includes('ai:use')) {
    throw new AppError('forbidden', 'This API key lacks the scope "ai:use".')
  }
  return { organizationId, keyId: by.keyId, capsuleId }
}

/** Room for the multipart around a file. */
const formBytesMax = limits.sourceFileBytesMax + 65_536

/** @throws AppError malformed, invalid, too-large. */
async function documentAsk(request: Request): Promise<DraftAsk> {
  const bytes = await wholeBody(request, formBytesMax, 'A document with its form')
  const type = request.headers.get('content-type') ?? ''
  const form = await new Response(bytes, { headers: { 'content-type': type } }).formData().catch((cause) => {
    throw new AppError('malformed', 'The body is no multipart form.', { cause })
  })
  const [file, wish, by] = [form.get('file'), form.get('wish') ?? '', form.get('by') ?? 'ai']
  if (!(file instanceof File) || file.size === 0) throw fault('/file', 'is missing')
  if (file.size > limits.sourceFileBytesMax) {
    throw new AppError('too-large', `A document has at most ${limits.sourceFileBytesMax / 1_048_576} MiB.`)
  }
  if (typeof wish !== 'string' || wish.length > limits.wishLengthMax) {
    throw fault('/wish', `has at most ${limits.wishLengthMax} characters`)
  }
  if (by !== 'ai' && by !== 'conversion') throw fault('/by', 'must be ai or conversion')
  return { wish, by, from: { kind: 'file', name: file.name.slice(0, 200), bytes: await file.arrayBuffer() } }
}

function fault(pointer: string, message: string): AppError {
  return new AppError('invalid', `The form is not valid. ${pointer}: ${message}.`, { faults: [{ pointer, message }] })
}

function withForm<T extends { readonly detail: object }>({ detail }: T) {
  const text = { type: 'string' as const }
  const schema = {
    type: 'object' as const,
    required: ['file'],
    properties: { file: { ...text, format: 'binary' }, wish: text, by: { ...text, enum: ['ai', 'conversion'] } },
  }
  return { detail: { ...detail, requestBody: { required: true, content: { 'multipart/form-data': { schema } } } } }
}

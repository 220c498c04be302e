import { Elysia } from 'elysia'
import { AppError } from '../../src/errors.ts'
import { refuseForeign } from '../../src/http/origin-check.ts'
import {
  changePasswordBody,
  changeUserBody,
  checkName,
  deleteUserBody,
  requestResetBody,
  resetBody,
  revokeSessionBody,
  signInBody,
  signUpBody,
} from './bodies.ts'
import { descriptions } from './descriptions.ts'
import type { Identity } from './identity.ts'

/** No body here comes near it. */
export const authBodyBytesMax = 16_384

interface Answer {
  readonly response: unknown
  readonly headers: Headers | null | undefined
}

/**
 * `/api/auth/*`, with the paths and answers of better-auth, so that its clients work. Every route is listed: what better-auth
 * could do besides stays closed.
 */
export function identityRoutes(identity: Identity) {
  return new Elysia({ name: 'identity', prefix: '/api/auth' })
    .onTransform(({ request }) => {
      if (request.method === 'GET') return
      refuseForeign(request, identity.origin)
      refuseForms(request)
      refuseLarge(request)
    })
    .post(
      '/sign-up/email',
      async ({ request, body }) => {
        const allowed = identity.attempts.signUp(request, body.email)
        const name = checkName(body.name)
        return answer(await identity.ask(request, (auth, headers) => auth.signUp(headers, { ...body, name })), allowed)
      },
      { body: signUpBody, detail: descriptions.signUp },
    )
    .post(
      '/sign-in/email',
      async ({ request, body }) => {
        const allowed = identity.attempts.signIn(request, body.email)
        const made = await identity.ask(request, (auth, headers) => auth.signIn(headers, body))
        identity.attempts.forgive(body.email)
        return answer(made, allowed)
      },
      { body: signInBody, detail: descriptions.signIn },
    )
    .post(
      '/sign-out',
      async ({ request }) => answer(await identity.ask(request, (auth, headers) => auth.signOut(headers))),
      {
        detail: descriptions.signOut,
      },
    )
    .use(sessionRoutes(identity))
    .use(passwordRoutes(identity))
    .use(userRoutes(identity))
}

function sessionRoutes(identity: Identity) {
  return new Elysia({ name: 'identity-sessions' })
    .get(
      '/get-session',
      async ({ request }) => answer(await identity.ask(request, (auth, headers) => auth.session(headers))),
      {
        detail: descriptions.getSession,
      },
    )
    .post(
      '/get-session',
      async ({ request }) => answer(await identity.ask(request, (auth, headers) => auth.extendSession(headers))),
      { detail: descriptions.extendSession },
    )
    .get(
      '/list-sessions',
      async ({ request }) => answer(await identity.ask(request, (auth, headers) => auth.sessions(headers))),
      { detail: descriptions.listSessions },
    )
    .post(
      '/revoke-session',
      async ({ request, body }) =>
        answer(await identity.ask(request, (auth, headers) => auth.revokeSession(headers, body))),
      { body: revokeSessionBody, detail: descriptions.revokeSession },
    )
    .post(
      '/revoke-other-sessions',
      async ({ request }) => answer(await identity.ask(request, (auth, headers) => auth.revokeOtherSessions(headers))),
      { detail: descriptions.revokeOtherSessions },
    )
}

function passwordRoutes(identity: Identity) {
  return new Elysia({ name: 'identity-passwords' })
    .post(
      '/request-password-reset',
      async ({ request, body }) => {
        const allowed = identity.attempts.requestReset(request, body.email)
        return answer(await identity.ask(request, (auth, headers) => auth.requestReset(headers, body)), allowed)
      },
      { body: requestResetBody, detail: descriptions.requestReset },
    )
    .post(
      '/reset-password',
      async ({ request, body }) => {
        const allowed = identity.attempts.reset(request)
        return answer(await identity.ask(request, (auth, headers) => auth.reset(headers, body)), allowed)
      },
      { body: resetBody, detail: descriptions.reset },
    )
    .post(
      '/change-password',
      async ({ request, body }) => {
        const { allowed, email } = await attempt(identity, request)
        const changed = await identity.ask(request, (auth, headers) => auth.changePassword(headers, body))
        identity.attempts.forgive(email)
        return answer(changed, allowed)
      },
      { body: changePasswordBody, detail: descriptions.changePassword },
    )
}

function userRoutes(identity: Identity) {
  return new Elysia({ name: 'identity-users' })
    .post(
      '/update-user',
      async ({ request, body }) => {
        const name = checkName(body.name)
        return answer(await identity.ask(request, (auth, headers) => auth.changeUser(headers, { name })))
      },
      { body: changeUserBody, detail: descriptions.updateUser },
    )
    .post(
      '/delete-user',
      async ({ request, body }) => {
        const { allowed } = await attempt(identity, request)
        return answer(await identity.ask(request, (auth, headers) => auth.deleteUser(headers, body)), allowed)
      },
      { body: deleteUserBody, detail: descriptions.deleteUser },
    )
}

/** A password asked of somebody who is signed in counts with the sign-ins: a stolen session must not guess faster. */
async function attempt(identity: Identity, request: Request) {
  const person = await identity.sessionOf(request)
  if (person === undefined)
    throw new AppError('unauthenticated', 'Sign in first: there is no session, or it has ended.')
  return { allowed: identity.attempts.signIn(request, person.email), email: person.email }
}

function answer({ response, headers }: Answer, more: Record<string, string> = {}): Response {
  const answered = Response.json(response ?? null, { headers: { ...more, 'cache-control': 'no-store' } })
  for (const cookie of headers?.getSetCookie() ?? []) answered.headers.append('set-cookie', cookie)
  return answered
}

function refuseLarge(request: Request): void {
  if (Number(request.headers.get('content-length') ?? 0) > authBodyBytesMax) {
    throw new AppError('too-large', `A body here has at most ${authBodyBytesMax} bytes.`)
  }
}

/** A form of another site could be sent without asking first; JSON can't. */
function refuseForms(request: Request): void {
  const type = request.headers.get('content-type')
  if (type !== null && !/^application\/json\s*(;|$)/i.test(type)) {
    throw new AppError('unsupported-media-type', 'Send application/json.')
  }
}

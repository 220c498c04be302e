/** The routes' words for the description of the API, and the answers, which are better-auth's. */

const json = (description: string, schema: object) => ({
  description,
  content: { 'application/json': { schema } },
})
const problem = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: { type: 'object' as const } } },
})
const object = (properties: Record<string, object>, required = Object.keys(properties)) => ({
  type: 'object' as const,
  properties,
  required,
})
const text = { type: 'string' } as const
const time = { type: 'string', format: 'date-time' } as const
const flag = { type: 'boolean' } as const

const user = object({
  id: text,
  email: { type: 'string', format: 'email' },
  name: text,
  emailVerified: flag,
  image: { type: 'null' },
  createdAt: time,
  updatedAt: time,
})
const session = object({
  id: text,
  token: { type: 'string', description: 'Names the session; without the signature in its cookie it opens nothing.' },
  userId: text,
  expiresAt: time,
  createdAt: time,
  updatedAt: time,
  ipAddress: text,
  userAgent: text,
})
const current = {
  anyOf: [
    object({ session, user, needsRefresh: { ...flag, description: 'POST to extend the session.' } }, [
      'session',
      'user',
    ]),
    { type: 'null' },
  ],
}

const invalid = { 422: problem('A field is not valid; `errors` says which.') }
const limited = { 429: problem('Too many attempts; Retry-After and RateLimit say when again.') }
const unavailable = { 503: problem('Too busy, or nothing can be stored; Retry-After says when to try again.') }
const unauthenticated = { 401: problem('There is no session, or it has ended.') }
const done = { 200: json('Done.', object({ status: flag })) }

const tags = ['Identity']
/** Nobody is signed in yet. */
const open: Record<string, string[]>[] = []
const signedIn: Record<string, string[]>[] = [{ session: [] }]

export const descriptions = {
  signUp: {
    tags,
    operationId: 'signUp',
    summary: 'Sign up; the answer sets the session cookie',
    security: open,
    responses: {
      200: json('The new user.', object({ token: text, user })),
      409: problem('Somebody has this address.'),
      ...invalid,
      ...limited,
      ...unavailable,
    },
  },
  signIn: {
    tags,
    operationId: 'signIn',
    summary: 'Sign in; the answer sets the session cookie',
    security: open,
    responses: {
      200: json('Signed in.', object({ redirect: flag, token: text, user })),
      401: problem('The address or the password is wrong; which of them is not told.'),
      ...invalid,
      ...limited,
      ...unavailable,
    },
  },
  signOut: {
    tags,
    operationId: 'signOut',
    summary: 'End this session',
    security: open,
    responses: { 200: json('Signed out.', object({ success: flag })), ...unavailable },
  },
  getSession: {
    tags,
    operationId: 'getSession',
    summary: 'Who is signed in; null when nobody is',
    security: open,
    responses: { 200: json('The session and its user, or null.', current) },
  },
  extendSession: {
    tags,
    operationId: 'extendSession',
    summary: 'Extend the session, once a day at most; reading alone never does',
    security: open,
    responses: { 200: json('The session and its user, or null.', current), ...unavailable },
  },
  listSessions: {
    tags,
    operationId: 'listSessions',
    summary: 'Where you are signed in',
    security: signedIn,
    responses: { 200: json('Sessions that have not ended.', { type: 'array', items: session }), ...unauthenticated },
  },
  revokeSession: {
    tags,
    operationId: 'revokeSession',
    summary: 'End one of your sessions by its token, at once',
    security: signedIn,
    responses: { ...done, ...unauthenticated, ...invalid, ...unavailable },
  },
  revokeOtherSessions: {
    tags,
    operationId: 'revokeOtherSessions',
    summary: 'End all your sessions but this one',
    security: signedIn,
    responses: { ...done, ...unauthenticated, ...unavailable },
  },
  requestReset: {
    tags,
    operationId: 'requestPasswordReset',
    summary: 'Get a link by e-mail that sets a new password, once, within an hour',
    security: open,
    responses: {
      200: json('The same whether or not anybody has this address.', object({ status: flag, message: text })),
      ...invalid,
      ...limited,
      ...unavailable,
    },
  },
  reset: {
    tags,
    operationId: 'resetPassword',
    summary: 'Set a new password by the token of the link; ends all sessions',
    security: open,
    responses: { ...done, ...invalid, ...limited, ...unavailable },
  },
  changePassword: {
    tags,
    operationId: 'changePassword',
    summary: 'Change your password',
    security: signedIn,
    responses: {
      200: json('Changed.', object({ token: { type: ['string', 'null'] }, user })),
      ...unauthenticated,
      ...invalid,
      ...limited,
      ...unavailable,
    },
  },
  updateUser: {
    tags,
    operationId: 'updateUser',
    summary: 'Change your name',
    security: signedIn,
    responses: { ...done, ...unauthenticated, ...invalid, ...unavailable },
  },
  deleteUser: {
    tags,
    operationId: 'deleteUser',
    summary: 'Delete your account; asks for the password',
    security: signedIn,
    responses: {
      200: json('Deleted.', object({ success: flag, message: text })),
      409: problem('Something still needs you, such as an organization that you alone own.'),
      ...unauthenticated,
      ...invalid,
      ...limited,
      ...unavailable,
    },
  },
}

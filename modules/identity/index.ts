export { Identity, type IdentityOptions } from './identity.ts'
export { identityRoutes } from './routes.ts'
export { sessionCookie } from './session-cookie.ts'
export type { Person } from './sessions.ts'

import { betterAuth } from 'better-auth/minimal'
import type { Databases } from '../../src/db/database.ts'
import { directoryAdapter, newIdFor } from './adapter.ts'
import { addressHeader } from './address-header.ts'
import { understand } from './auth-errors.ts'
import { passwordLengthMax, passwordLengthMin } from './bodies.ts'
import type { PasswordHashes } from './password-hashes.ts'
import { onlyCookieOf, type SessionCookie, sessionS } from './session-cookie.ts'
import { inOneOperation } from './unit-of-work.ts'

/** Using a session extends it, at most this often. */
const sessionExtendedEveryS = 86_400
export const resetTokenS = 3_600

/** A user as better-auth hands it to what it calls. */
export interface Holder {
  readonly id: string
  readonly email: string
  readonly name: string
}

export interface AuthOptions {
  readonly databases: Databases
  readonly origin: string
  readonly secret: string
  readonly cookie: SessionCookie
  readonly hashes: PasswordHashes
  readonly sendReset: (holder: Holder, token: string) => Promise<void>
  readonly beforeDelete: (holder: Holder) => Promise<void>
  readonly reportError: (message: string, error: unknown) => void
}

export type Auth = ReturnType<typeof createAuth>

/**
 * better-auth's core, for e-mail and password, as the few calls that our routes make. This file is the one place that knows
 * it, loaded with the first request that needs it (30 MB of memory, 50 ms). Its own rate limits, origin checks and clean-ups
 * are off: ours stand before it.
 */
export function createAuth(options: AuthOptions) {
  const { api } = betterAuth(settings(options))
  const { databases } = options
  const reading = <T>(work: () => Promise<T>) => work().catch((error) => refuse(error))
  const changing = <T>(work: () => Promise<T>, passwordPointer = '/password') =>
    inOneOperation(databases, work).catch((error) => refuse(error, passwordPointer))
  const asked = <B>(headers: Headers, body: B) => ({ headers, body, returnHeaders: true }) as const
  const answered = (headers: Headers) => ({ headers, returnHeaders: true }) as const

  return {
    signUp: (headers: Headers, body: { name: string; email: string; password: string; rememberMe?: boolean }) =>
      changing(() => api.signUpEmail(asked(headers, body))),
    signIn: (headers: Headers, body: { email: string; password: string; rememberMe?: boolean }) =>
      changing(() => api.signInEmail(asked(headers, body))),
    signOut: (headers: Headers) => changing(() => api.signOut(asked(headers, {}))),
    session: (headers: Headers) => reading(() => api.getSession(answered(headers))),
    extendSession: (headers: Headers) => changing(() => api.getSession({ ...answered(headers), method: 'POST' })),
    sessions: (headers: Headers) => reading(() => api.listSessions(answered(headers))),
    revokeSession: (headers: Headers, body: { token: string }) =>
      changing(() => api.revokeSession(asked(headers, body))),
    revokeOtherSessions: (headers: Headers) => changing(() => api.revokeOtherSessions(answered(headers))),
    requestReset: (headers: Headers, body: { email: string }) =>
      inOneOperation(databases, () => api.requestPasswordReset(asked(headers, body)), true).catch((e) => refuse(e)),
    reset: (headers: Headers, body: { token: string; newPassword: string }) =>
      changing(() => api.resetPassword(asked(headers, body))),
    changePassword: (
      headers: Headers,
      body: { currentPassword: string; newPassword: string; revokeOtherSessions?: boolean },
    ) => changing(() => api.changePassword(asked(headers, body)), '/currentPassword'),
    changeUser: (headers: Headers, body: { name: string }) => changing(() => api.updateUser(asked(headers, body))),
    deleteUser: (headers: Headers, body: { password: string }) => changing(() => api.deleteUser(asked(headers, body))),
  }
}

function settings(options: AuthOptions) {
  const { cookie, hashes, secret } = options
  return {
    appName: 'Encapsify',
    baseURL: options.origin,
    basePath: '/api/auth',
    secret,
    // Given, so that no variable of the environment takes its place.
    secrets: [{ version: 1, value: secret }],
    database: directoryAdapter(options.databases),
    telemetry: { enabled: false },
    rateLimit: { enabled: false },
    logger: {
      level: 'error' as const,
      // Of what is passed beside the message only errors are kept: the rest may hold an address or a token.
      log: (_level: string, message: string, ...rest: unknown[]) =>
        options.reportError(
          `better-auth: ${message}`,
          rest.find((one) => one instanceof Error),
        ),
    },
    emailAndPassword: {
      enabled: true,
      minPasswordLength: passwordLengthMin,
      maxPasswordLength: passwordLengthMax,
      resetPasswordTokenExpiresIn: resetTokenS,
      revokeSessionsOnPasswordReset: true,
      password: {
        hash: (password: string) => hashes.hash(password),
        verify: ({ password, hash }: { password: string; hash: string }) => hashes.verify(password, hash),
      },
      sendResetPassword: ({ user, token }: { user: Holder; token: string }) => options.sendReset(user, token),
    },
    session: {
      expiresIn: sessionS,
      updateAge: sessionExtendedEveryS,
      // A GET never writes.
      deferSessionRefresh: true,
      // Listing sessions needs no fresh one; deleting an account needs the password.
      freshAge: 0,
    },
    verification: { storeIdentifier: 'hashed' as const, disableCleanup: true },
    user: { deleteUser: { enabled: true, beforeDelete: (user: Holder) => options.beforeDelete(user) } },
    advanced: {
      useSecureCookies: false,
      cookiePrefix: 'encapsify',
      cookies: {
        session_token: { name: cookie.name },
        dont_remember: { name: onlyCookieOf(cookie.name) },
        session_data: { name: `${cookie.name}-data` },
      },
      defaultCookieAttributes: { httpOnly: true, sameSite: 'lax' as const, secure: cookie.secure, path: '/' },
      disableCSRFCheck: true,
      disableOriginCheck: true,
      ipAddress: { ipAddressHeaders: [addressHeader] },
      database: { generateId: newIdFor },
    },
  }
}

function refuse(error: unknown, passwordPointer = '/password'): never {
  throw understand(error, passwordPointer)
}

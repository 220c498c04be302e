import { get, post } from './api.ts'

export interface User {
  readonly id: string
  readonly email: string
  readonly name: string
}

export interface SignedIn {
  readonly id: string
  readonly token: string
  readonly createdAt: string
  readonly userAgent: string
}

interface Current {
  readonly session: SignedIn
  readonly user: User
  readonly needsRefresh?: boolean
}

/** `/api/auth/*`: who is signed in, and how one comes in. */
export const identity = {
  current: () => get<Current | null>('/api/auth/get-session'),
  extend: () => post<Current | null>('/api/auth/get-session', {}),
  signUp: (body: { readonly name: string; readonly email: string; readonly password: string }) =>
    post<{ user: User }>('/api/auth/sign-up/email', body),
  signIn: (body: { readonly email: string; readonly password: string }) =>
    post<{ user: User }>('/api/auth/sign-in/email', body),
  signOut: () => post('/api/auth/sign-out', {}),
  requestReset: (email: string) => post('/api/auth/request-password-reset', { email }),
  reset: (token: string, newPassword: string) => post('/api/auth/reset-password', { token, newPassword }),
  sessions: () => get<readonly SignedIn[]>('/api/auth/list-sessions'),
  revoke: (token: string) => post('/api/auth/revoke-session', { token }),
  revokeOthers: () => post('/api/auth/revoke-other-sessions', {}),
  rename: (name: string) => post('/api/auth/update-user', { name }),
  changePassword: (body: {
    readonly currentPassword: string
    readonly newPassword: string
    readonly revokeOtherSessions: boolean
  }) => post('/api/auth/change-password', body),
  remove: (password: string) => post('/api/auth/delete-user', { password }),
}

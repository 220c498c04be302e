import type { ComponentType } from 'preact'

/** The parts of an address that screens take. */
export interface ScreenProps {
  readonly organization?: string
  readonly id?: string
  readonly token?: string
}

/** A screen is loaded when it is first wanted. Its parameters are the parts of the address. */
export interface Route {
  readonly pattern: string
  /** `outside`: for whom is not signed in; `either`: for both; `inside`: within an organization, in the frame with navigation. */
  readonly place: 'outside' | 'either' | 'signed-in' | 'inside' | 'editor'
  readonly load: () => Promise<ComponentType<ScreenProps>>
}

/** The addresses below `/studio`. */
export const routes: readonly Route[] = [
  { pattern: '/sign-in', place: 'outside', load: async () => (await import('../screens/entrance/sign-in.tsx')).SignIn },
  { pattern: '/sign-up', place: 'outside', load: async () => (await import('../screens/entrance/sign-up.tsx')).SignUp },
  {
    pattern: '/forgotten',
    place: 'either',
    load: async () => (await import('../screens/entrance/passwords.tsx')).Forgotten,
  },
  { pattern: '/reset', place: 'either', load: async () => (await import('../screens/entrance/passwords.tsx')).Reset },
  {
    pattern: '/invitations/:token',
    place: 'signed-in',
    load: async () => (await import('../screens/entrance/invitation.tsx')).Invitation,
  },
  {
    pattern: '/new-organization',
    place: 'signed-in',
    load: async () => (await import('../screens/entrance/organization.tsx')).NewOrganization,
  },
  {
    pattern: '/o/:organization',
    place: 'inside',
    load: async () => (await import('../screens/capsules/list.tsx')).CapsuleList,
  },
  {
    pattern: '/o/:organization/new',
    place: 'inside',
    load: async () => (await import('../screens/capsules/gallery.tsx')).Gallery,
  },
  {
    pattern: '/o/:organization/library',
    place: 'inside',
    load: async () => (await import('../screens/library/library.tsx')).LibraryScreen,
  },
  {
    pattern: '/o/:organization/members',
    place: 'inside',
    load: async () => (await import('../screens/team/members.tsx')).MembersScreen,
  },
  {
    pattern: '/o/:organization/keys',
    place: 'inside',
    load: async () => (await import('../screens/team/keys.tsx')).KeysScreen,
  },
  {
    pattern: '/o/:organization/notifications',
    place: 'inside',
    load: async () => (await import('../screens/notifications/notifications.tsx')).NotificationsScreen,
  },
  {
    pattern: '/o/:organization/webhooks/:id',
    place: 'inside',
    load: async () => (await import('../screens/notifications/webhook.tsx')).WebhookScreen,
  },
  {
    pattern: '/o/:organization/settings',
    place: 'inside',
    load: async () => (await import('../screens/team/settings.tsx')).SettingsScreen,
  },
  {
    pattern: '/o/:organization/account',
    place: 'inside',
    load: async () => (await import('../screens/account/account.tsx')).AccountScreen,
  },
  {
    pattern: '/o/:organization/capsules/:id',
    place: 'editor',
    load: async () => (await import('../editor/editor.tsx')).EditorScreen,
  },
  {
    pattern: '/o/:organization/capsules/:id/versions',
    place: 'inside',
    load: async () => (await import('../screens/history/versions.tsx')).VersionsScreen,
  },
  {
    pattern: '/o/:organization/capsules/:id/responses',
    place: 'inside',
    load: async () => (await import('../screens/history/responses.tsx')).ResponsesScreen,
  },
  {
    pattern: '/o/:organization/capsules/:id/sharing',
    place: 'inside',
    load: async () => (await import('../screens/sharing/sharing.tsx')).SharingScreen,
  },
  {
    pattern: '/o/:organization/capsules/:id/analytics',
    place: 'inside',
    load: async () => (await import('../screens/analytics/analytics.tsx')).AnalyticsScreen,
  },
  {
    pattern: '/o/:organization/capsules/:id/presenting',
    place: 'inside',
    load: async () => (await import('../screens/presenting/presenting.tsx')).PresentingScreen,
  },
  {
    pattern: '/o/:organization/capsules/:id/chat',
    place: 'inside',
    load: async () => (await import('../screens/chat/chat.tsx')).ChatScreen,
  },
  {
    pattern: '/o/:organization/ai',
    place: 'inside',
    load: async () => (await import('../screens/ai/usage.tsx')).UsageScreen,
  },
]

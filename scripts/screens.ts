import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import type { Demo } from './benchmarks/servers.ts'

/** A screen, where it is, and what is there once it is whole. */
export interface Screen {
  readonly name: string
  readonly path: string
  readonly ready: string
  /** Done before it is taken. */
  readonly act?: (page: Page) => Promise<void>
}

/** The demo, with what only its owners would have made. */
export interface Furnished extends Demo {
  readonly webhook: string
}

const link = { expiresAt: null, emailGate: null, downloads: true }

/** Gives every screen something to show. */
export async function furnish(origin: string, made: Demo): Promise<Furnished> {
  const authorization = `Bearer ${made.apiKey}`
  const post = async (path: string, body: unknown) => {
    const headers = { authorization, 'content-type': 'application/json' }
    const answer = await fetch(`${origin}/api/v1${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
    if (!answer.ok) throw new Error(`POST ${path}: ${answer.status} ${await answer.text()}`)
    return (await answer.json()) as { readonly id: string }
  }
  for (const file of [
    new File([readFileSync('docs/images/capsules.webp')], 'Two capsules.webp', { type: 'image/webp' }),
    new File(['Minutes of the meeting'], 'Minutes.txt', { type: 'text/plain' }),
  ]) {
    const body = new FormData()
    body.set('file', file)
    await fetch(`${origin}/api/v1/assets`, { method: 'POST', headers: { authorization }, body })
  }
  const links = `/capsules/${made.capsules[0]?.id}/links`
  await post(links, { ...link, name: 'For the board', password: 'a short sentence', downloads: false })
  await post(links, { ...link, name: 'Customers', emailGate: { allow: ['example.com'], block: [] } })
  await post('/domains', { domain: 'pages.example.com' })
  await post('/invitations', { email: 'mary@example.com', role: 'editor' })
  const { id } = await post('/webhooks', {
    url: 'https://hooks.example.com/encapsify',
    name: 'The customer list',
    events: ['response.created'],
  })
  return { ...made, webhook: id }
}

export const outside: readonly Screen[] = [
  { name: 'sign-in', path: '/sign-in', ready: 'form' },
  { name: 'sign-up', path: '/sign-up', ready: 'form' },
  { name: 'forgotten', path: '/forgotten', ready: 'form' },
  { name: 'reset', path: '/reset?token=x', ready: 'form' },
]

export function inside({ organization, capsules, webhook }: Furnished): Screen[] {
  const here = `/o/${organization}`
  const capsule = `${here}/capsules/${capsules[0]?.id}`
  const editor = 'iframe.canvas'
  /** Presses one button after the other until a dialog, a menu or a sheet is there. */
  const open =
    (...names: readonly string[]) =>
    async (page: Page) => {
      for (const name of names)
        await page.getByRole('button', { name }).or(page.getByRole('menuitem', { name })).first().click()
      await page.locator('dialog[open], [role=menu]:popover-open').first().waitFor()
    }
  const press = (key: string) => async (page: Page) => {
    await page.keyboard.press(key)
    await page.getByRole('dialog').waitFor()
  }
  const select = (index: number) => async (page: Page) => {
    await page.frameLocator(editor).locator('main > [data-block-id]').nth(index).click()
  }
  return [
    { name: 'capsules', path: here, ready: '.card' },
    { name: 'capsule-menu', path: here, ready: '.card', act: open('Actions for') },
    { name: 'commands', path: here, ready: '.card', act: press('Control+k') },
    { name: 'shortcuts', path: here, ready: '.card', act: press('?') },
    { name: 'gallery', path: `${here}/new`, ready: '.card' },
    { name: 'draft', path: `${here}/new`, ready: '.card', act: open('Draft with AI') },
    { name: 'library', path: `${here}/library`, ready: '.card' },
    { name: 'file', path: `${here}/library`, ready: '.card', act: open('Two capsules') },
    { name: 'members', path: `${here}/members`, ready: '.rows li' },
    { name: 'invite', path: `${here}/members`, ready: '.rows li', act: open('Invite somebody') },
    { name: 'remove-member', path: `${here}/members`, ready: '.rows li', act: open('Remove') },
    { name: 'notifications', path: `${here}/notifications`, ready: 'select' },
    { name: 'new-webhook', path: `${here}/notifications`, ready: 'select', act: open('New webhook') },
    { name: 'webhook', path: `${here}/webhooks/${webhook}`, ready: '.part' },
    { name: 'keys', path: `${here}/keys`, ready: '.rows li' },
    { name: 'new-key', path: `${here}/keys`, ready: '.rows li', act: open('New key') },
    { name: 'settings', path: `${here}/settings`, ready: 'details' },
    { name: 'account', path: `${here}/account`, ready: '.rows li' },
    { name: 'new-organization', path: '/new-organization', ready: 'form' },
    { name: 'nowhere', path: '/nowhere', ready: '.empty' },
    { name: 'versions', path: `${capsule}/versions`, ready: '.rows li' },
    { name: 'sharing', path: `${capsule}/sharing`, ready: '.rows li' },
    { name: 'new-link', path: `${capsule}/sharing`, ready: '.rows li', act: open('New link') },
    { name: 'responses', path: `${capsule}/responses`, ready: '.table td' },
    { name: 'chat', path: `${capsule}/chat`, ready: 'form' },
    { name: 'ai', path: `${here}/ai`, ready: '.tiles' },
    { name: 'analytics', path: `${capsule}/analytics`, ready: '.tiles' },
    { name: 'editor', path: capsule, ready: editor },
    { name: 'editor-text', path: capsule, ready: editor, act: select(1) },
    { name: 'editor-poll', path: capsule, ready: editor, act: select(3) },
    { name: 'preview', path: capsule, ready: editor, act: open('Preview') },
    { name: 'translate', path: capsule, ready: editor, act: open('More', 'Translate') },
    { name: 'publish', path: capsule, ready: editor, act: open('Publish') },
  ]
}

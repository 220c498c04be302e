import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { watch } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, BrowserContextOptions, FrameLocator, Page } from 'playwright-core'
import { type Demo, demo, freePort, serve } from '../binary/server.ts'

/** The compiled binary with its demo, and who may sign in there. */
export interface Studio extends AsyncDisposable {
  readonly origin: string
  readonly demo: Demo
  /** What a pattern finds in a letter to somebody, once it is delivered. */
  letterTo(email: string, pattern: RegExp): Promise<string>
}

export async function openStudio(more: Readonly<Record<string, string>> = {}): Promise<Studio> {
  const folder = mkdtempSync(join(tmpdir(), 'encapsify-studio-'))
  const port = freePort()
  const env = { PORT: String(port), ENCAPSIFY_URL: `http://localhost:${port}`, ...more }
  const filled = await demo(folder, { env })
  const server = await serve({ folder, port, env })
  return {
    origin: server.origin,
    demo: filled,
    letterTo: (email, pattern) => letterIn(folder, email, pattern),
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** A person at a browser of their own. */
export interface Visitor extends AsyncDisposable {
  readonly page: Page
  readonly canvas: FrameLocator
  /** What the page said on its console as an error. */
  readonly faults: readonly string[]
}

export async function visitor(browser: Browser, options: BrowserContextOptions = {}): Promise<Visitor> {
  const context = await browser.newContext({ reducedMotion: 'reduce', locale: 'en-GB', ...options })
  const page = await context.newPage()
  const faults: string[] = []
  page.on('pageerror', (error) => faults.push(String(error)))
  return {
    page,
    canvas: page.frameLocator('iframe.canvas'),
    faults,
    [Symbol.asyncDispose]: () => context.close(),
  }
}

export async function signIn(page: Page, studio: Studio, who: { email: string; password: string }): Promise<void> {
  await page.goto(`${studio.origin}/studio/sign-in`)
  await page.getByLabel('E-mail address').fill(who.email)
  await page.getByLabel('Password').fill(who.password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('heading', { name: 'Capsules' }).waitFor()
}

/** Somebody new with an organization's role, by invitation and acceptance over the API. */
export async function memberWith(studio: Studio, role: 'owner' | 'editor' | 'viewer') {
  const who = { email: `${role}-${crypto.randomUUID()}@example.com`, password: 'a sentence as password' }
  const json = { 'content-type': 'application/json', origin: studio.origin }
  const key = { authorization: `Bearer ${studio.demo.apiKey}` }
  const signUp = await fetch(`${studio.origin}/api/auth/sign-up/email`, {
    method: 'POST',
    headers: json,
    body: JSON.stringify({ name: `A new ${role}`, ...who }),
  })
  const cookie = signUp.headers.getSetCookie()[0]?.split(';')[0] ?? ''
  await fetch(`${studio.origin}/api/v1/invitations`, {
    method: 'POST',
    headers: { ...json, ...key },
    body: JSON.stringify({ email: who.email, role }),
  })
  const token = await studio.letterTo(who.email, /invitations\/([\w-]+)/)
  const accepted = await fetch(`${studio.origin}/api/v1/invitations/${token}/acceptance`, {
    method: 'POST',
    headers: { ...json, cookie },
  })
  if (!accepted.ok) throw new Error(`The invitation was not accepted: ${await accepted.text()}`)
  return who
}

/** A capsule of the demo's organization, made by the API. */
export async function newCapsule(studio: Studio, title: string, draft: unknown): Promise<string> {
  const answer = await fetch(`${studio.origin}/api/v1/capsules`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${studio.demo.apiKey}` },
    body: JSON.stringify({ title, draft }),
  })
  if (!answer.ok) throw new Error(await answer.text())
  return ((await answer.json()) as { id: string }).id
}

export async function draftOf(studio: Studio, id: string): Promise<{ pages: { blocks: Record<string, unknown>[] }[] }> {
  const answer = await fetch(`${studio.origin}/api/v1/capsules/${id}/draft`, {
    headers: { authorization: `Bearer ${studio.demo.apiKey}` },
  })
  return (await answer.json()) as { pages: { blocks: Record<string, unknown>[] }[] }
}

/** Everything that was changed is with the server. */
export const saved = (page: Page): Promise<void> => page.locator('.save-sign.saved').waitFor()

/** Does something, and waits until the server has it. The sign alone may have changed and changed back before one looks. */
export async function kept(page: Page, act: () => Promise<unknown>): Promise<void> {
  const told = page.waitForResponse(
    (answer) => answer.request().method() === 'PUT' && answer.url().endsWith('/draft') && answer.ok(),
  )
  await act()
  await told
  await saved(page)
}

export function editorAddress(studio: Studio, id: string): string {
  return `${studio.origin}/studio/o/${studio.demo.organization}/capsules/${id}`
}

/** What a pattern finds in a letter to somebody, once it is delivered: without a mail server letters are files in the data folder. */
export async function letterIn(folder: string, email: string, pattern: RegExp): Promise<string> {
  const outbox = join(folder, 'outbox')
  mkdirSync(outbox, { recursive: true })
  const find = () =>
    readdirSync(outbox)
      .filter((name) => name.endsWith('.txt'))
      .map((name) => readFileSync(join(outbox, name), 'utf8'))
      .filter((letter) => letter.includes(`To: ${email}`))
      .flatMap((letter) => pattern.exec(letter)?.[1] ?? [])
      .at(-1)
  // Watching begins before the first look, so that no letter falls between the two.
  for await (const _ of arrivals(outbox)) {
    const found = find()
    if (found !== undefined) return found
  }
  throw new Error('Nobody watches the outbox any more.')
}

/** Once at the beginning, then at every change in a folder. */
async function* arrivals(folder: string): AsyncGenerator<unknown> {
  const changes = watch(folder)
  yield undefined
  yield* changes
}

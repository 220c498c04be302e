/** `./scripts/screenshots [folder]`: every screen of the product from the executable, in light and dark, on a desk and on a phone. */
import { mkdirSync, rmSync } from 'node:fs'
import { resolve } from 'node:path'
import { type Browser, chromium, type Page } from 'playwright-core'
import { type Demo, demo, encapsify, remove, temporaryFolder } from './benchmarks/servers.ts'

const target = resolve(process.argv[2] ?? 'dist/screenshots')
const port = 3_950
const origin = `http://localhost:${port}`
const views = [
  { name: 'desk-light', colorScheme: 'light', viewport: { width: 1280, height: 800 } },
  { name: 'desk-dark', colorScheme: 'dark', viewport: { width: 1280, height: 800 } },
  { name: 'phone-light', colorScheme: 'light', viewport: { width: 390, height: 844 } },
  { name: 'phone-dark', colorScheme: 'dark', viewport: { width: 390, height: 844 } },
] as const

/** A screen, where it is, and what is there once it is whole. */
interface Screen {
  readonly name: string
  readonly path: string
  readonly ready: string
  /** Done before it is taken. */
  readonly act?: (page: Page) => Promise<void>
}

const outside: readonly Screen[] = [
  { name: 'sign-in', path: '/sign-in', ready: 'form' },
  { name: 'sign-up', path: '/sign-up', ready: 'form' },
  { name: 'forgotten', path: '/forgotten', ready: 'form' },
]

function inside({ organization, capsules }: Demo): Screen[] {
  const here = `/o/${organization}`
  const capsule = `${here}/capsules/${capsules[0]?.id}`
  const editor = 'iframe.canvas'
  const click = (name: string) => (page: Page) => page.getByRole('button', { name, exact: true }).click()
  return [
    { name: 'capsules', path: here, ready: '.card' },
    { name: 'gallery', path: `${here}/new`, ready: '.card' },
    { name: 'library', path: `${here}/library`, ready: '.card, .empty' },
    { name: 'members', path: `${here}/members`, ready: '.rows li' },
    { name: 'invite', path: `${here}/members`, ready: '.rows li', act: click('Invite somebody') },
    { name: 'notifications', path: `${here}/notifications`, ready: 'select' },
    { name: 'new-webhook', path: `${here}/notifications`, ready: 'select', act: click('New webhook') },
    { name: 'keys', path: `${here}/keys`, ready: '.rows li' },
    { name: 'new-key', path: `${here}/keys`, ready: '.rows li', act: click('New key') },
    { name: 'settings', path: `${here}/settings`, ready: 'form' },
    { name: 'account', path: `${here}/account`, ready: '.rows li' },
    { name: 'versions', path: `${capsule}/versions`, ready: '.rows li' },
    { name: 'responses', path: `${capsule}/responses`, ready: '.table td' },
    { name: 'chat', path: `${capsule}/chat`, ready: 'form' },
    { name: 'ai', path: `${here}/ai`, ready: '.tiles' },
    { name: 'editor', path: capsule, ready: editor },
    { name: 'publish', path: capsule, ready: editor, act: click('Publish') },
  ]
}

const folder = temporaryFolder()
rmSync(target, { recursive: true, force: true })
mkdirSync(target, { recursive: true })
try {
  const made = await demo(folder, port)
  await using _server = await encapsify(folder, port)
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--headless', '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
  })
  try {
    for (const view of views) await take(browser, made, view)
  } finally {
    await browser.close()
  }
} finally {
  remove(folder)
}

async function take(browser: Browser, made: Demo, { name: view, ...options }: (typeof views)[number]): Promise<void> {
  await using context = await browser.newContext({ ...options, reducedMotion: 'reduce', locale: 'en-GB' })
  const page = await context.newPage()
  const shoot = async ({ name, path, ready, act }: Screen) => {
    await page.goto(path.startsWith('http') ? path : `${origin}/studio${path}`)
    await page.locator(ready).first().waitFor()
    await page.waitForLoadState('networkidle')
    await act?.(page)
    await page.evaluate(() => document.fonts.ready)
    await page.screenshot({ path: `${target}/${name}-${view}.png` })
    console.log(`${name}-${view}.png`)
  }
  for (const screen of outside) await shoot(screen)
  await page.goto(`${origin}/studio/sign-in`)
  await page.getByLabel('E-mail address').fill(made.email)
  await page.getByLabel('Password').fill(made.password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('heading', { name: 'Capsules' }).waitFor()
  for (const screen of inside(made)) await shoot(screen)
  for (const [n, { url }] of made.capsules.entries())
    await shoot({ name: `capsule-${n + 1}`, path: url, ready: 'main' })
}

/** `./scripts/screenshots [folder]`: every screen of the product from the executable, in light and dark, on a desk and on a phone. */
import { mkdirSync, rmSync } from 'node:fs'
import { resolve } from 'node:path'
import { type Browser, chromium } from 'playwright-core'
import { demo, encapsify, remove, temporaryFolder } from './benchmarks/servers.ts'
import { type Furnished, furnish, inside, outside, type Screen } from './screens.ts'

const target = resolve(process.argv[2] ?? 'dist/screenshots')
const port = 3_950
const origin = `http://localhost:${port}`
const views = [
  { name: 'desk-light', colorScheme: 'light', viewport: { width: 1280, height: 800 } },
  { name: 'desk-dark', colorScheme: 'dark', viewport: { width: 1280, height: 800 } },
  { name: 'phone-light', colorScheme: 'light', viewport: { width: 390, height: 844 } },
  { name: 'phone-dark', colorScheme: 'dark', viewport: { width: 390, height: 844 } },
] as const

const folder = temporaryFolder()
rmSync(target, { recursive: true, force: true })
mkdirSync(target, { recursive: true })
try {
  const made = await demo(folder, port)
  await using _server = await encapsify(folder, port)
  const furnished = await furnish(origin, made)
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--headless', '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
  })
  try {
    for (const view of views) await take(browser, furnished, view)
  } finally {
    await browser.close()
  }
} finally {
  remove(folder)
}

async function take(
  browser: Browser,
  made: Furnished,
  { name: view, ...options }: (typeof views)[number],
): Promise<void> {
  await using context = await browser.newContext({ ...options, reducedMotion: 'reduce', locale: 'en-GB' })
  const page = await context.newPage()
  const shoot = async ({ name, path, ready, act }: Screen) => {
    await page.goto(path.startsWith('http') ? path : `${origin}/studio${path}`)
    await page.locator(ready).first().waitFor()
    await page.waitForLoadState('networkidle')
    if (act !== undefined) await act(page)
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

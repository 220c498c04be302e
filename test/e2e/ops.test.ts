import { Database } from 'bun:sqlite'
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { type Demo, demo, freePort, pagesGone, type Served, serve } from '../binary/server.ts'
import { OtlpReceiver } from '../fixtures/otlp-receiver.ts'
import { openBrowser, stillness } from './harness.ts'
import { letterIn } from './studio-harness.ts'

const axe = readFileSync('node_modules/axe-core/axe.min.js', 'utf8')
const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
const email = 'operator@example.com'
const password = 'a long and proven password'
/** So much is read in 90 ms on a slow machine: beyond the 20 ms that make a query slow on one that is four times as fast. */
const spoiltBytes = 192 * 1_048_576

// A browser on a machine that does other things too.
setDefaultTimeout(300_000)

let folder: string
let server: Served
let browser: Browser
let made: Demo
/** Gets the traces of all that is asked. */
const collector = new OtlpReceiver()

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'encapsify-ops-'))
  const port = freePort()
  const env = {
    PORT: String(port),
    ENCAPSIFY_URL: `http://localhost:${port}`,
    ENCAPSIFY_OPERATORS: `${email}, late@example.com`,
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.origin,
    OTEL_TRACES_SAMPLER_ARG: '1',
    ENCAPSIFY_TRACE_LINK: 'https://traces.example/{trace}?from=ops',
  }
  made = await demo(folder, { env })
  buryJobs(join(folder, 'db/shard-000.db'))
  spoilDraft(join(folder, 'db'), made.capsules.at(-1)?.id ?? '')
  server = await serve({ folder, port, env })
  browser = await openBrowser()
  await auth('/sign-up/email', { email, password: 'the first password', name: 'Olga' })
  await auth('/request-password-reset', { email })
  await auth('/reset-password', { newPassword: password, token: await letterIn(folder, email, /reset\?token=(\S+)/) })
  await auth('/sign-up/email', { email: 'late@example.com', password, name: 'Late' })
})

afterAll(async () => {
  await browser?.close()
  await server?.[Symbol.asyncDispose]()
  collector.close()
  rmSync(folder, { recursive: true, force: true })
})

describe('/ops is for operators alone', () => {
  test('a key, a stranger, an owner and an address that was not proven see nothing of it', async () => {
    const state = `${server.origin}/ops/state`
    expect((await fetch(state)).status).toBe(401)
    expect((await fetch(state, { headers: { authorization: `Bearer ${made.apiKey}` } })).status).toBe(403)
    expect((await fetch(state, { headers: { cookie: await sessionOf(made.email, made.password) } })).status).toBe(403)
    const front = `${server.origin}/ops`
    expect((await fetch(front, { headers: { authorization: `Bearer ${made.apiKey}` } })).status).toBe(403)
    expect((await fetch(front, { headers: { cookie: await sessionOf(made.email, made.password) } })).status).toBe(403)
    expect((await fetch(state, { headers: { cookie: await sessionOf('late@example.com', password) } })).status).toBe(
      403,
    )
    expect((await fetch(state, { headers: { cookie: await sessionOf(email, password) } })).status).toBe(200)
  })

  test('the metrics are for their token alone: no key and no session opens them, be it an operator’s', async () => {
    const metrics = async (headers: Record<string, string>) =>
      (await fetch(`${server.origin}/metrics`, { headers })).status
    expect(await metrics({})).toBe(403)
    expect(await metrics({ authorization: `Bearer ${made.apiKey}` })).toBe(403)
    expect(await metrics({ cookie: await sessionOf(made.email, made.password) })).toBe(403)
    expect(await metrics({ cookie: await sessionOf(email, password) })).toBe(403)
    expect(await metrics({ authorization: 'Bearer metrics-for-tests' })).toBe(200)
  })

  test('another site’s page cannot act through an operator’s browser', async () => {
    const cookie = await sessionOf(email, password)
    const purge = (headers: Record<string, string>) =>
      fetch(`${server.origin}/ops/purges`, {
        method: 'POST',
        headers: { cookie, 'content-type': 'application/json', ...headers },
        body: '{}',
      })
    const page = async () => (await fetch(made.capsules[0]?.url ?? '')).headers.get('cache-status')
    await page()
    expect(await page()).toBe('encapsify; hit')
    const before = await pagesGone(server.origin)
    expect((await purge({ origin: 'https://evil.example' })).status).toBe(403)
    expect((await purge({ origin: server.origin })).status).toBe(204)
    expect(await pagesGone(server.origin)).toBeGreaterThan(before)
  })

  test('the page may load nothing from outside and may not be framed', async () => {
    const page = await fetch(`${server.origin}/ops`)
    expect(page.status).toBe(401)
    expect(page.headers.get('content-security-policy')).toStartWith(
      "default-src 'none'; script-src 'self'; style-src 'self'",
    )
    expect(page.headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
    expect(page.headers.get('cache-control')).toBe('no-store')
    expect(await page.text()).not.toMatch(/(src|href)="(https?:)?\/\//)
  })
})

describe('the page', () => {
  test('shows the indicators beside their targets, charts with tables, and what is wrong', async () => {
    await using opened = await signedIn(1280, 'light')
    const { page, outside, faults } = opened
    await page.getByText('95 % within 5 ms').waitFor()
    await page.getByRole('heading', { name: 'Attention: dead-jobs' }).waitFor()
    const charts = page.getByRole('img', { name: /^API, now: p50/ })
    await charts.waitFor()
    await page.locator('details[data-name="API"] summary').click()
    await page.locator('details[data-name="API"] table').waitFor()
    await page.getByRole('region', { name: 'Operations' }).getByText('identity.').first().waitFor()
    await page.locator('#nodes').getByText('primary').first().waitFor()
    expect(outside).toEqual([])
    expect(faults).toEqual([])
  })

  test('gives an organization a plan, hands out the report, and shows nodes and top capsules', async () => {
    const path = new URL(made.capsules[0]?.url ?? '').pathname
    for (let n = 0; n < 3; n++) await fetch(server.origin + path)
    await using opened = await signedIn(1280, 'light')
    const { page } = opened
    await page.locator('#capsules').getByRole('link', { name: path }).waitFor()
    await page.getByRole('list', { name: 'Nodes by region' }).getByText('local: primary').waitFor()
    await page.getByLabel('Organization (as in its address)').fill(made.organization)
    await page.getByLabel('Plan', { exact: true }).selectOption('enterprise')
    await page.getByRole('button', { name: 'Give the plan: to the organization' }).click()
    await page.getByText('It has the plan.').waitFor({ state: 'attached' })
    const report = await fetch(`${server.origin}/ops/availability?format=csv`, {
      headers: { cookie: await sessionOf(email, password) },
    })
    expect(report.headers.get('content-disposition')).toMatch(/availability-\d{4}-\d{2}\.csv/)
    expect(await report.text()).toContain(`,${made.organization},`)
    expect((await fetch(`${server.origin}/ops/availability`)).status).toBe(401)
  })

  test('tries a dead job anew and gives another up, and silences the alert', async () => {
    await using opened = await signedIn(1280, 'light')
    const { page } = opened
    page.on('dialog', (dialog) => void dialog.accept())
    await page.getByRole('button', { name: 'Retry: test.first job_one' }).click()
    await page.getByText('test.first is tried anew.').waitFor({ state: 'attached' })
    await page.getByRole('button', { name: 'Retry: test.first job_one' }).waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Silence for 4 h: dead-jobs' }).click()
    await page.getByRole('button', { name: 'End the silence: dead-jobs' }).waitFor()
    await page.getByRole('button', { name: 'Discard: test.second job_two' }).click()
    await page.getByRole('button', { name: 'Discard: test.second job_two' }).waitFor({ state: 'detached' })
  })

  test('shows a slow query with its plan, and an error with the way to its trace, which the collector has', async () => {
    const spoilt = `${server.origin}/api/v1/capsules/${made.capsules.at(-1)?.id}/versions/1/diff`
    const answer = await fetch(spoilt, { headers: { authorization: `Bearer ${made.apiKey}` } })
    expect(answer.status).toBe(500)
    await using opened = await signedIn(1280, 'light')
    const { page } = opened
    const slow = page.locator('#queries table', { hasText: 'Slow queries' }).getByRole('row', { name: /from "draft"/ })
    // On a slow machine others may be slow beside it.
    await slow
      .getByText(/SEARCH draft/)
      .first()
      .waitFor()
    const fault = page.locator('#errors').getByRole('row', { name: /^a bug/ })
    const link = await fault.getByRole('link').getAttribute('href')
    const [, traceId = ''] = /^https:\/\/traces\.example\/([0-9a-f]{32})\?from=ops$/.exec(link ?? '') ?? []
    const spans = await collector.spans(1, (span) => span.traceId === traceId && span.parentSpanId === undefined)
    expect(spans[0]?.name).toBe('GET /api/v1/capsules/:id/versions/:number/diff')
  })

  test('shows what was lost of notices and lines, and what commits waited for locks', async () => {
    await using opened = await signedIn(1280, 'light')
    const { page } = opened
    const figure = (name: string) => page.locator('dl.figures > div', { hasText: name }).locator('dd')
    await figure('Alert notices lost').getByText(/^0$/).waitFor()
    await figure('Lines of the log lost').getByText(/^0$/).waitFor()
    await figure('Waited for a lock, p99').getByText(/ m?s$/).waitFor()
  })

  test('records a CPU profile that developer tools can read', async () => {
    const answer = await fetch(`${server.origin}/ops/profiles`, {
      method: 'POST',
      headers: { cookie: await sessionOf(email, password), origin: server.origin, 'content-type': 'application/json' },
      body: JSON.stringify({ seconds: 1 }),
    })
    expect(answer.status).toBe(200)
    const profile = (await answer.json()) as { nodes: unknown[]; samples: unknown[]; timeDeltas: unknown[] }
    expect(profile.nodes.length).toBeGreaterThan(0)
    expect(profile.samples).toHaveLength(profile.timeDeltas.length)
  })

  test.each([
    [1280, 'light'],
    [1280, 'dark'],
    [320, 'light'],
    [320, 'dark'],
  ] as const)('has no fault that axe can find and nothing that scrolls sideways: %d, %s', async (width, scheme) => {
    await using opened = await signedIn(width, scheme)
    const { page } = opened
    await page.getByText('95 % within 5 ms').waitFor()
    await page.getByRole('img', { name: /^Pages, now/ }).waitFor()
    expect(await axeFaults(page)).toEqual([])
    expect(await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')).toBe(0)
  })

  test('the door to it has none either', async () => {
    const context = await browser.newContext({ bypassCSP: true })
    const page = await context.newPage()
    await page.goto(`${server.origin}/ops`)
    expect(await axeFaults(page)).toEqual([])
    await context.close()
  })
})

async function signedIn(width: number, colorScheme: 'light' | 'dark') {
  // The page's policy refuses axe as it refuses every foreign script.
  const context = await browser.newContext({ colorScheme, viewport: { width, height: 900 }, bypassCSP: true })
  const page = await context.newPage()
  const outside: string[] = []
  const faults: string[] = []
  page.on('request', (request) => request.url().startsWith(server.origin) || outside.push(request.url()))
  page.on('pageerror', (error) => faults.push(error.message))
  await signIn(context, page)
  return { page, outside, faults, [Symbol.asyncDispose]: () => context.close() }
}

async function signIn(_context: BrowserContext, page: Page): Promise<void> {
  await page.goto(`${server.origin}/ops`)
  await page.getByLabel('E-mail').fill(email)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('heading', { name: 'Indicators' }).waitFor()
}

async function axeFaults(page: Page): Promise<string[]> {
  await stillness(page)
  await page.evaluate(axe)
  const { violations } = (await page.evaluate(
    `axe.run({ runOnly: ${JSON.stringify(rules)}, resultTypes: ['violations'] })`,
  )) as { violations: { id: string; nodes: { html: string; failureSummary: string }[] }[] }
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html} ${node.failureSummary}`))
}

async function auth(path: string, body: unknown): Promise<Response> {
  const answer = await fetch(`${server.origin}/api/auth${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: server.origin },
    body: JSON.stringify(body),
  })
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
  return answer
}

const sessions = new Map<string, string>()

/** Signed in once: attempts are limited. */
async function sessionOf(who: string, secret: string): Promise<string> {
  const known = sessions.get(who)
  if (known !== undefined) return known
  const answer = await auth('/sign-in/email', { email: who, password: secret })
  const cookie = answer.headers.getSetCookie()[0]?.split(';')[0] ?? ''
  sessions.set(who, cookie)
  return cookie
}

/** Two jobs that were given up, as an earlier process would have left them. */
function buryJobs(path: string): void {
  const sqlite = new Database(path)
  const insert = sqlite.query(`INSERT INTO job (id, kind, organization_id, payload, state, due_ms, lease_ms, attempt,
    attempts_max, last_error, created_ms) VALUES (?, ?, '', 'null', 'dead', 1800000000000, 1000, 8, 8, ?, 1800000000000)`)
  insert.run('job_one', 'test.first', 'The mail server is away.')
  insert.run('job_two', 'test.second', 'The bucket is away.')
  sqlite.close()
}

/** A draft that no version of ours can read, and that takes long to be read. */
function spoilDraft(folder: string, capsuleId: string): void {
  for (const file of new Bun.Glob('shard-*.db').scanSync(folder)) {
    const sqlite = new Database(join(folder, file))
    sqlite.query('UPDATE draft SET document = ? WHERE capsule_id = ?').run('{'.repeat(spoiltBytes), capsuleId)
    sqlite.close()
  }
}

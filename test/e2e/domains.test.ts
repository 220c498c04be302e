import { afterAll, beforeAll, expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import type { Browser } from 'playwright-core'
import { type NameServer, nameServer } from '../fixtures/name-server.ts'
import { openBrowser, stillness } from './harness.ts'
import { memberWith, openStudio, type Studio, signIn, visitor } from './studio-harness.ts'

const host = 'pages.example.com'
const axe = readFileSync('node_modules/axe-core/axe.min.js', 'utf8')
let names: NameServer
let studio: Studio
let browser: Browser

beforeAll(async () => {
  names = await nameServer()
  studio = await openStudio({ ENCAPSIFY_DNS: names.address })
  browser = await openBrowser([
    `--host-resolver-rules=MAP ${host} 127.0.0.1:${new URL(studio.origin).port}`,
    // In the world it is https; what scripts may do there they may do here.
    `--unsafely-treat-insecure-origin-as-secure=http://${host}`,
  ])
})

afterAll(async () => {
  await browser?.close()
  await studio?.[Symbol.asyncDispose]()
  await names?.[Symbol.asyncDispose]()
})

test('a domain is added, proven and opened: a visitor votes there, and nothing else is there', async () => {
  await using owner = await visitor(browser, { bypassCSP: true })
  const { page, faults } = owner
  await signIn(page, studio, studio.demo)
  await page.getByRole('link', { name: 'Settings' }).click()
  await page.getByLabel('Domain', { exact: true }).fill('https://pages.example.com')
  await page.getByRole('button', { name: 'Add the domain' }).click()
  await page.getByText('must be a name such as').waitFor()
  await page.getByLabel('Domain', { exact: true }).fill(host)
  await page.getByRole('button', { name: 'Add the domain' }).click()
  await page.getByText('Waiting for its record').waitFor()
  await page.getByRole('button', { name: `Check now: ${host}` }).click()
  await page.getByText('The TXT record was not found yet').waitFor()
  await stillness(page)
  await page.evaluate(axe)
  const { violations } = (await page.evaluate('axe.run({ resultTypes: ["violations"] })')) as { violations: unknown[] }
  expect(violations).toEqual([])
  const value = await page.getByLabel(`Value of the TXT record of ${host}`).inputValue()
  names.records.set(await page.getByLabel(`Name of the TXT record of ${host}`).inputValue(), [value])
  await page.getByRole('button', { name: `Check now: ${host}` }).click()
  await page.locator('summary', { hasText: 'Active' }).waitFor()
  expect(faults).toEqual([])

  await using somebody = await visitor(browser)
  const there = somebody.page
  await there.goto(`http://${host}/`)
  expect(new URL(there.url()).host).toBe(host)
  const { pathname } = new URL(studio.demo.capsules[0]?.url ?? '')
  const slug = pathname.split('/').at(-1) ?? ''
  const [short, long] = [`http://${host}/${slug}`, `http://${host}${pathname}`]
  await there.goto(short)
  const title = await there.title()
  await there.goto(long)
  expect(await there.title()).toBe(title)
  await there.goto(short)
  const poll = there
    .locator('form')
    .filter({ has: there.getByRole('button', { name: 'Vote' }) })
    .first()
  await poll.getByRole('radio').or(poll.getByRole('checkbox')).first().check()
  const told = there.waitForResponse((answer) => answer.url().endsWith('/responses'))
  await poll.getByRole('button', { name: 'Vote' }).click()
  const answer = await told
  expect([answer.status(), new URL(answer.url()).host]).toEqual([201, host])
  expect(somebody.faults).toEqual([])
  for (const path of ['/studio/sign-in', '/ops', '/api/docs', '/api/v1/capsules', '/health/ready']) {
    expect((await there.request.get(`http://${host}${path}`).catch(() => undefined))?.status() ?? 404).toBe(404)
  }
}, 300_000)

test('what a domain’s page sends elsewhere is not done in anybody’s name', async () => {
  const { email, password, apiKey } = studio.demo
  const origin = studio.origin
  const other = 'other.example.com'
  const key = { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' }
  const added = await fetch(`${origin}/api/v1/domains`, {
    method: 'POST',
    headers: key,
    body: JSON.stringify({ domain: other }),
  })
  const { id, records } = (await added.json()) as { id: string; records: { name: string; value: string }[] }
  for (const { name, value } of records) names.records.set(name, [value])
  const checked = await fetch(`${origin}/api/v1/domains/${id}/check`, { method: 'POST', headers: key })
  expect(await checked.json()).toMatchObject({ state: 'active' })
  const signedIn = await fetch(`${origin}/api/auth/sign-in/email`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin },
    body: JSON.stringify({ email, password }),
  })
  const cookie = signedIn.headers.getSetCookie()[0]?.split(';')[0] ?? ''
  const make = (from: string, to: string) =>
    fetch(`${origin}/api/v1/capsules`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', cookie, origin: from, host: to },
      body: JSON.stringify({ title: 'Forged' }),
    })
  expect((await make(`http://${other}`, new URL(origin).host)).status).toBe(403)
  expect((await make(`http://${other}`, other)).status).toBe(404)
})

test('an editor sees no domains', async () => {
  const editor = await memberWith(studio, 'editor')
  await using somebody = await visitor(browser)
  const { page } = somebody
  await signIn(page, studio, editor)
  await page.goto(`${studio.origin}/studio/o/${studio.demo.organization}/settings`)
  await page.getByRole('heading', { name: 'Settings' }).waitFor()
  expect(await page.getByRole('button', { name: 'Add the domain' }).count()).toBe(0)
}, 300_000)

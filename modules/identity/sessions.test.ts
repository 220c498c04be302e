import { afterEach, describe, expect, test } from 'bun:test'
import { JobRunner } from '../../src/jobs/jobs.ts'
import { type IdentitySetup, type SessionBody, setUpIdentity } from '../../test/fixtures/identity.ts'
import { Identity } from './index.ts'
import { sessionsPerUserMax } from './operations/sessions.ts'
import { applySteps } from './operations.ts'

const opened: IdentitySetup[] = []
afterEach(async () => {
  for (const setup of opened.splice(0)) {
    await setup.close()
    expect(setup.bugs).toEqual([])
  }
})

const ada = { name: 'Ada Lovelace', email: 'ada@example.com', password: 'correct horse' }

async function signedIn() {
  const setup = await setUpIdentity()
  opened.push(setup)
  const tab = setup.browser({ 'user-agent': 'Test browser' })
  const { body } = await tab.post('/sign-up/email', ada)
  const { session } = (await tab.get('/get-session')).body
  const expire = (expiresMs: number) =>
    setup.db.write(applySteps, null, { steps: [{ do: 'extendSession', id: session.id, expiresMs }] })
  return { ...setup, tab, user: body.user, session, expire }
}

const listed = async (tab: { get(path: string): Promise<{ text: string }> }) =>
  JSON.parse((await tab.get('/list-sessions')).text) as SessionBody[]

describe('reading', () => {
  test('no GET writes, not even one for a session that is due to be extended or has expired', async () => {
    const { tab, db, expire, identity } = await signedIn()
    const reads = ['/get-session', '/list-sessions', '/get-session?disableCookieCache=true', '/reset-password/abc']
    const readAll = async () => {
      const before = db.stats.operations
      for (const path of reads) await tab.get(path)
      await identity.sessionOf(tab.request())
      return db.stats.operations - before
    }
    expect(await readAll()).toBe(0)
    await expire(Date.now() + 3_600_000)
    expect((await tab.get('/get-session')).body.needsRefresh).toBe(true)
    expect(await readAll()).toBe(0)
    await expire(Date.now() - 1)
    const cookies = new Map(tab.cookies)
    expect((await tab.get('/get-session')).body).toBeNull()
    for (const [name, value] of cookies) tab.cookies.set(name, value)
    expect(await readAll()).toBe(0)
  })

  test('a POST extends a session that is due, and at most once a day', async () => {
    const { tab, db, expire } = await signedIn()
    const before = db.stats.operations
    await tab.post('/get-session')
    expect(db.stats.operations).toBe(before)
    const soon = Date.now() + 3_600_000
    await expire(soon)
    const { session } = (await tab.post('/get-session')).body
    expect(new Date(session.expiresAt).getTime()).toBeGreaterThan(soon + 28 * 86_400_000)
  })

  test('a warm session costs no query', async () => {
    const { tab, db, identity } = await signedIn()
    await identity.sessionOf(tab.request())
    const readDirectory = db.readDirectory
    db.readDirectory = () => {
      throw new Error('A query.')
    }
    expect(await identity.sessionOf(tab.request())).toMatchObject({ email: ada.email })
    db.readDirectory = readDirectory
  })

  test('outlive a change of the secret while the former one is known', async () => {
    const { tab, options, db } = await signedIn()
    await tab.post('/sign-in/email', { email: ada.email, password: ada.password, rememberMe: false })
    const newer = 'a newer secret of at least thirty-two characters'
    const after = async (secrets: IdentitySetup['options']['secrets']) => {
      const setup = await setUpIdentity({ databases: () => db, secrets })
      opened.push(setup)
      const browser = setup.browser()
      for (const [name, value] of tab.cookies) browser.cookies.set(name, value)
      return { ...setup, tab: browser }
    }
    const both = await after([newer, ...options.secrets])
    const lost = await after([newer])
    expect(await both.identity.sessionOf(tab.request())).toMatchObject({ email: ada.email })
    expect(await lost.identity.sessionOf(tab.request())).toBeUndefined()
    // better-auth, which knows the current secret alone, believes it too: it is signed anew on its way there.
    expect((await both.tab.get('/get-session')).body.user).toMatchObject({ email: ada.email })
    expect((await lost.tab.get('/get-session')).body).toBeNull()
    expect((await both.tab.post('/sign-out')).body.success).toBe(true)
    expect(await both.identity.sessionOf(tab.request())).toBeUndefined()
  })

  test('where somebody is signed in is told by browser and address', async () => {
    const { browser, tab } = await signedIn()
    const other = browser({ 'user-agent': 'x'.repeat(1_000), 'x-test-address': '192.0.2.9' })
    await other.post('/sign-in/email', { email: ada.email, password: ada.password })
    const sessions = await listed(tab)
    expect(sessions).toHaveLength(2)
    expect(sessions.map(({ userAgent }) => userAgent)).toContain('Test browser')
    expect(sessions.map(({ userAgent }) => userAgent.length)).toContain(300)
    expect(sessions.map(({ ipAddress }) => ipAddress)).toContain('192.0.2.9')
  })

  test('an address is never taken from a header that a stranger writes', async () => {
    const { browser, tab } = await signedIn()
    const forged = { 'x-forwarded-for': '203.0.113.5', 'x-encapsify-address': '203.0.113.6' }
    await browser(forged).post('/sign-in/email', { email: ada.email, password: ada.password })
    for (const { ipAddress } of await listed(tab)) expect(ipAddress).not.toContain('203.0.113')
  })
})

describe('ending', () => {
  test('an expired session opens nothing, also when it was in memory', async () => {
    const { tab, clock, identity } = await signedIn()
    expect(await identity.sessionOf(tab.request())).toBeDefined()
    clock.nowMs += 31 * 86_400_000
    expect(await identity.sessionOf(tab.request())).toBeUndefined()
  })

  test('an expired session gets 401 where one is needed, and a cookie that ends it where one is asked about', async () => {
    const { tab, expire } = await signedIn()
    await expire(Date.now() - 1)
    expect(await tab.get('/list-sessions')).toMatchObject({ status: 401, body: { code: 'unauthenticated' } })
    expect((await tab.post('/delete-user', { password: ada.password })).status).toBe(401)
    expect((await tab.post('/get-session')).body).toBeNull()
    expect(tab.cookies.size).toBe(0)
  })

  test('a revoked session ends at once, on every node', async () => {
    const { browser, tab, identity, options } = await signedIn()
    const other = browser()
    await other.post('/sign-in/email', { email: ada.email, password: ada.password })
    const { session } = (await other.get('/get-session')).body
    const elsewhere = new Identity({
      ...options,
      jobs: new JobRunner({ databases: opened[0]?.db ?? never(), log: { warn() {}, error() {} } }),
    })
    expect(await identity.sessionOf(other.request())).toBeDefined()
    expect(await elsewhere.sessionOf(other.request())).toBeDefined()
    expect((await tab.post('/revoke-session', { token: session.token })).status).toBe(200)
    expect(await identity.sessionOf(other.request())).toBeUndefined()
    expect(await elsewhere.sessionOf(other.request())).toBeUndefined()
    expect(await identity.sessionOf(tab.request())).toBeDefined()
  })

  test("somebody else's session is not revoked", async () => {
    const { browser, identity, tab, session } = await signedIn()
    const eve = browser()
    await eve.post('/sign-up/email', { ...ada, email: 'eve@example.com' })
    await eve.post('/revoke-session', { token: session.token })
    expect(await identity.sessionOf(tab.request())).toBeDefined()
  })

  test('all others can be ended', async () => {
    const { browser, identity, tab } = await signedIn()
    const others = [browser(), browser()]
    for (const other of others) await other.post('/sign-in/email', { email: ada.email, password: ada.password })
    expect((await tab.post('/revoke-other-sessions')).status).toBe(200)
    for (const other of others) expect(await identity.sessionOf(other.request())).toBeUndefined()
    expect(await identity.sessionOf(tab.request())).toBeDefined()
  })

  test('one session too many ends the one that would end first', async () => {
    const { db, user, session, identity, tab } = await signedIn()
    const steps = Array.from({ length: sessionsPerUserMax }, (_, n) => ({
      do: 'addSession' as const,
      id: `ses_${n}`,
      userId: user.id,
      token: `token ${n}`,
      expiresMs: new Date(session.expiresAt).getTime() + 1 + n,
      ipAddress: '',
      userAgent: '',
    }))
    await db.write(applySteps, null, { steps })
    expect(await identity.sessionOf(tab.request())).toBeUndefined()
    await db.write(applySteps, null, { steps: [{ do: 'endSession', id: 'ses_0' }] })
    expect(db.readDirectory((tx) => tx.all('SELECT 1 FROM session' as never))).toHaveLength(sessionsPerUserMax - 1)
  })
})

describe('tampering', () => {
  const name = '__Host-encapsify-session'
  const variants: [string, (value: string) => string][] = [
    ['another signature', (value) => value.replace(/\.[^.]+$/, '.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA%3D')],
    ['another token', (value) => `x${value}`],
    ['no signature', (value) => value.split('.')[0] ?? ''],
    ['an empty one', () => ''],
    ['a broken encoding', (value) => `${value}%E0%A4%A`],
    ['a long one', (value) => value + 'a'.repeat(5_000)],
    ['dots', () => '...'],
  ]
  test.each(variants)('%s opens nothing', async (_, change) => {
    const { tab, identity } = await signedIn()
    tab.cookies.set(name, change(tab.cookies.get(name) ?? ''))
    expect(await identity.sessionOf(tab.request())).toBeUndefined()
    expect((await tab.get('/get-session')).body).toBeNull()
    expect((await tab.get('/list-sessions')).status).toBe(401)
    expect((await tab.post('/change-password', { currentPassword: 'x', newPassword: 'battery staple' })).status).toBe(
      401,
    )
  })

  test('the token alone, as the list of sessions shows it, opens nothing', async () => {
    const { tab, identity, session } = await signedIn()
    tab.cookies.set(name, session.token)
    expect(await identity.sessionOf(tab.request())).toBeUndefined()
  })
})

test('a cookie of another name before ours does not hide it', async () => {
  const { tab, identity } = await signedIn()
  const request = tab.request()
  request.headers.set('cookie', `a=1; x__Host-encapsify-session=2;  ${tab.cookieHeader}; b=3`)
  expect(await identity.sessionOf(request)).toBeDefined()
})

function never(): never {
  throw new Error('There is no setup.')
}

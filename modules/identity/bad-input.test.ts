import { afterEach, describe, expect, test } from 'bun:test'
import { type IdentitySetup, setUpIdentity } from '../../test/fixtures/identity.ts'
import { identityLimits } from './attempts.ts'

const opened: IdentitySetup[] = []
afterEach(async () => {
  for (const setup of opened.splice(0)) {
    await setup.close()
    expect(setup.bugs).toEqual([])
  }
})

async function setUp() {
  const setup = await setUpIdentity()
  opened.push(setup)
  return setup
}

const ada = { name: 'Ada Lovelace', email: 'ada@example.com', password: 'correct horse' }
const pointers = ({ body }: { body: { errors: readonly { pointer: string }[] } }) =>
  body.errors.map(({ pointer }) => pointer)

describe('bodies', () => {
  test.each([
    ['no name', { email: ada.email, password: ada.password }, '/name'],
    ['an empty name', { ...ada, name: ' ' }, '/name'],
    ['a name with a line end', { ...ada, name: 'Ada\nBcc: x' }, '/name'],
    ['a name that is a number', { ...ada, name: 7 }, '/name'],
    ['a long name', { ...ada, name: 'x'.repeat(101) }, '/name'],
    ['half a character in a name', { ...ada, name: 'a\ud800' }, '/name'],
    ['no address', { ...ada, email: 'ada' }, '/email'],
    ['an address with no domain', { ...ada, email: 'ada@b' }, '/email'],
    ['an address that is a list', { ...ada, email: [ada.email] }, '/email'],
    ['a long address', { ...ada, email: `${'x'.repeat(250)}@example.com` }, '/email'],
    ['a short password', { ...ada, password: 'short' }, '/password'],
    ['a long password', { ...ada, password: 'x'.repeat(129) }, '/password'],
    ['an unknown field', { ...ada, emailVerified: true }, '/emailVerified'],
    ['a role', { ...ada, role: 'admin' }, '/role'],
    ['a redirect', { ...ada, callbackURL: 'https://evil.example' }, '/callbackURL'],
  ])('a sign-up with %s is refused at its place', async (_, body, pointer) => {
    const { browser, db } = await setUp()
    const refused = await browser().post('/sign-up/email', body)
    expect(refused.status).toBe(422)
    expect(refused.headers.get('content-type')).toBe('application/problem+json')
    expect(pointers(refused)).toContain(pointer)
    expect(db.stats.operations).toBe(0)
  })

  test.each(['/sign-in/email', '/request-password-reset'])('%s refuses what is no address', async (path) => {
    const { browser } = await setUp()
    const refused = await browser().post(path, {
      email: 'ada@b',
      ...(path === '/sign-in/email' && { password: 'correct horse' }),
    })
    expect(refused.status).toBe(422)
    expect(pointers(refused)).toEqual(['/email'])
  })

  test.each([
    ['broken JSON', '{"email":', 400],
    ['nothing', '', 422],
    ['a list', '[]', 422],
    ['null', 'null', 422],
    ['a number', '7', 422],
    ['deep nesting', `${'['.repeat(5_000)}${']'.repeat(5_000)}`, 422],
    ['more than is ever needed', JSON.stringify({ ...ada, name: 'x'.repeat(20_000) }), 413],
  ])('%s is a clear problem', async (_, body, status) => {
    const { send, origin } = await setUp()
    const refused = await send(
      new Request(`${origin}/api/auth/sign-in/email`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'content-length': String(body.length) },
        body,
      }),
    )
    expect(refused.status).toBe(status)
    expect(refused.body.detail.length).toBeGreaterThan(10)
  })

  test('bytes that are no UTF-8 are a clear problem', async () => {
    const { send, origin } = await setUp()
    const refused = await send(
      new Request(`${origin}/api/auth/sign-in/email`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: new Uint8Array([0x22, 0xff, 0x22]),
      }),
    )
    expect(refused).toMatchObject({ status: 400, body: { code: 'malformed' } })
  })

  test.each(['application/x-www-form-urlencoded', 'text/plain', 'multipart/form-data; boundary=x'])(
    'a body of type %s is not read',
    async (type) => {
      const { browser } = await setUp()
      const refused = await browser().post('/reset-password', 'token=x&newPassword=battery+staple', {
        'content-type': type,
      })
      expect(refused.status).toBeGreaterThanOrEqual(400)
      expect(refused.status).toBeLessThan(500)
      expect(refused.status).not.toBe(422)
    },
  )

  test.each(['/sign-in/social', '/change-email', '/verify-email', '/link-social', '/get-access-token', '/ok'])(
    '%s is closed',
    async (path) => {
      const { browser } = await setUp()
      expect((await browser().post(path, {})).status).toBe(404)
      expect((await browser().get(path)).status).toBe(404)
    },
  )
})

describe('other sites', () => {
  test.each([
    ['another origin', { origin: 'https://evil.example' }],
    ['a hidden origin', { origin: 'null' }],
    ['the same name by another scheme', { origin: 'ftp://localhost' }],
  ])('%s is refused, signed in or not', async (_, headers) => {
    const { browser, identity } = await setUp()
    const tab = browser()
    expect((await tab.post('/sign-up/email', ada, headers)).status).toBe(403)
    expect((await tab.post('/sign-up/email', ada)).status).toBe(200)
    expect(await tab.post('/sign-out', undefined, headers)).toMatchObject({ status: 403, body: { code: 'forbidden' } })
    expect(await identity.sessionOf(tab.request())).toBeDefined()
  })
})

describe('limits', () => {
  test('passwords of one account can be tried so often, then the time to wait is told', async () => {
    const { browser, clock } = await setUp()
    await browser().post('/sign-up/email', ada)
    const { attemptsMax, windowS } = identityLimits.signInPerAccount
    const guess = (n: number) =>
      browser({ 'x-test-address': `192.0.2.${n}` }).post('/sign-in/email', { email: ada.email, password: `guess ${n}` })
    for (let n = 0; n < attemptsMax; n++) expect((await guess(n)).status).toBe(401)
    const refused = await guess(attemptsMax)
    expect(refused).toMatchObject({ status: 429, body: { code: 'rate-limited' } })
    expect(refused.headers.get('retry-after')).toBe(String(windowS / attemptsMax))
    expect(refused.headers.get('ratelimit-policy')).toBe(`"sign-in-account";q=${attemptsMax};w=${windowS}`)
    expect(refused.headers.get('ratelimit')).toBe(`"sign-in-account";r=0;t=${windowS}`)
    // Another account is not touched, and time heals.
    expect((await browser().post('/sign-in/email', { email: 'bob@example.com', password: 'x' })).status).toBe(401)
    clock.nowMs += (windowS / attemptsMax) * 1_000
    expect((await browser().post('/sign-in/email', { email: ada.email, password: ada.password })).status).toBe(200)
    expect((await guess(0)).status).toBe(401)
  })

  test('one address can only ask for so many resets, whoever they are for', async () => {
    const { browser } = await setUp()
    const { attemptsMax } = identityLimits.resetPerAddress
    const ask = (n: number, address: string) =>
      browser({ 'x-test-address': address }).post('/request-password-reset', { email: `user${n}@example.com` })
    for (let n = 0; n < attemptsMax; n++) expect((await ask(n, `2001:db8::${n}`)).status).toBe(200)
    expect((await ask(attemptsMax, '2001:db8::ffff')).status).toBe(429)
    expect((await ask(attemptsMax, '2001:db8:0:1::1')).status).toBe(200)
  })

  test('one account gets only so many letters', async () => {
    const { browser, letters } = await setUp()
    await browser().post('/sign-up/email', ada)
    const { attemptsMax } = identityLimits.resetPerAccount
    const statuses: number[] = []
    for (let n = 0; n <= attemptsMax; n++) {
      const tab = browser({ 'x-test-address': `192.0.2.${n}` })
      statuses.push((await tab.post('/request-password-reset', { email: ada.email })).status)
    }
    expect(statuses.at(-1)).toBe(429)
    expect(letters).toHaveLength(attemptsMax)
  })

  test('one address can only sign up so often', async () => {
    const { browser } = await setUp()
    const { attemptsMax } = identityLimits.signUpPerAddress
    const statuses: number[] = []
    for (let n = 0; n <= attemptsMax; n++) {
      // Refused later than the limit counts, so that no password has to be hashed.
      statuses.push((await browser().post('/sign-up/email', { ...ada, email: `u${n}@x` })).status)
    }
    expect(statuses.at(-1)).toBe(429)
    expect(statuses.at(-2)).toBe(422)
  })
})

test('nothing secret is logged, whatever goes wrong', async () => {
  const { browser, log, letters, tokenIn } = await setUp()
  const tab = browser()
  await tab.post('/sign-up/email', ada)
  await browser().post('/sign-up/email', ada)
  await browser().post('/sign-in/email', { email: ada.email, password: 'wrong horse' })
  await browser().post('/request-password-reset', { email: ada.email })
  const token = tokenIn(letters[0])
  await browser().post('/reset-password', { token, newPassword: 'battery staple' })
  await browser().post('/reset-password', { token, newPassword: 'battery staple' })
  const all = log.join('\n')
  for (const secret of [ada.password, 'wrong horse', 'battery staple', token, ada.email]) {
    expect(all).not.toContain(secret)
  }
})

test('every statement of this module has an index', async () => {
  const { browser, identity, plans, letters, tokenIn } = await setUp()
  const tab = browser()
  await tab.post('/sign-up/email', ada)
  await identity.sessionOf(tab.request())
  await identity.ensurePerson({ ...ada, name: 'Ada' })
  await tab.get('/list-sessions')
  await tab.post('/update-user', { name: 'Ada King' })
  const other = browser()
  await other.post('/sign-in/email', { email: ada.email, password: ada.password })
  await tab.post('/revoke-other-sessions')
  await tab.post('/request-password-reset', { email: ada.email })
  await tab.post('/reset-password', { token: tokenIn(letters[0]), newPassword: 'battery staple' })
  const last = browser()
  await last.post('/sign-in/email', { email: ada.email, password: 'battery staple' })
  await last.post('/change-password', {
    currentPassword: 'battery staple',
    newPassword: ada.password,
    revokeOtherSessions: true,
  })
  await last.post('/delete-user', { password: ada.password })
  expect(plans.count).toBeGreaterThan(25)
  expect(plans.scans()).toEqual([])
})

import { afterEach, describe, expect, test } from 'bun:test'
import { sql } from 'drizzle-orm'
import { AppError } from '../../src/errors.ts'
import { type IdentitySetup, type Setup, setUpIdentity } from '../../test/fixtures/identity.ts'
import { applySteps } from './operations.ts'

const opened: IdentitySetup[] = []
afterEach(async () => {
  for (const setup of opened.splice(0)) {
    await setup.close()
    expect(setup.bugs).toEqual([])
  }
})

const ada = { name: 'Ada Lovelace', email: 'ada@example.com', password: 'correct horse' }
const next = 'battery staple'

async function signedUp(options: Setup = {}) {
  const setup = await setUpIdentity(options)
  opened.push(setup)
  const tab = setup.browser()
  await tab.post('/sign-up/email', ada)
  return { ...setup, tab }
}

describe('a forgotten password', () => {
  test('a link by mail sets a new one, once, and ends all sessions', async () => {
    const { browser, identity, letters, tab, tokenIn } = await signedUp()
    expect((await browser().post('/request-password-reset', { email: 'Ada@example.com' })).status).toBe(200)
    expect(letters).toHaveLength(1)
    expect(letters[0]).toMatchObject({ to: ada.email })
    expect(letters[0]?.text).toContain('http://localhost/studio/reset?token=')
    const token = tokenIn(letters[0])
    expect((await browser().post('/reset-password', { token, newPassword: next })).status).toBe(200)
    expect(await identity.sessionOf(tab.request())).toBeUndefined()
    expect((await browser().post('/sign-in/email', { email: ada.email, password: ada.password })).status).toBe(401)
    expect((await browser().post('/sign-in/email', { email: ada.email, password: next })).status).toBe(200)
    const again = await browser().post('/reset-password', { token, newPassword: 'third password' })
    expect(again).toMatchObject({ status: 422, body: { errors: [{ pointer: '/token' }] } })
  })

  test('whoever used a link has proved their address; whoever only signed up has not', async () => {
    const { browser, identity, letters, tab, tokenIn } = await signedUp()
    const person = await identity.sessionOf(tab.request())
    if (person === undefined) throw new Error('Nobody is signed in.')
    expect(identity.hasProvenAddress(person)).toBe(false)
    await browser().post('/request-password-reset', { email: ada.email })
    await browser().post('/reset-password', { token: tokenIn(letters[0]), newPassword: next })
    expect(identity.hasProvenAddress(person)).toBe(true)
    expect(identity.hasProvenAddress({ userId: 'usr_nobody' })).toBe(false)
  })

  test('of two who use one link at once, one does', async () => {
    const { browser, letters, tokenIn } = await signedUp()
    await browser().post('/request-password-reset', { email: ada.email })
    const token = tokenIn(letters[0])
    const both = await Promise.all([
      browser().post('/reset-password', { token, newPassword: 'password one' }),
      browser().post('/reset-password', { token, newPassword: 'password two' }),
    ])
    expect(both.map(({ status }) => status).sort()).toEqual([200, 422])
  })

  test('a used link voids the earlier ones, and so does changing the password', async () => {
    const { browser, letters, tab, tokenIn } = await signedUp()
    for (let n = 0; n < 3; n++) await browser().post('/request-password-reset', { email: ada.email })
    const [first, second, third] = letters.map(tokenIn)
    const use = (token: string | undefined, newPassword: string) =>
      browser().post('/reset-password', { token, newPassword })
    await tab.post('/change-password', { currentPassword: ada.password, newPassword: next })
    expect((await use(first, 'third password')).status).toBe(422)
    await browser().post('/request-password-reset', { email: ada.email })
    expect((await use(tokenIn(letters[3]), 'third password')).status).toBe(200)
    expect((await use(second, 'fourth password')).status).toBe(422)
    expect((await use(third, 'fourth password')).status).toBe(422)
  })

  test('an expired link sets nothing', async () => {
    const { browser, db, letters, tokenIn } = await signedUp()
    await browser().post('/request-password-reset', { email: ada.email })
    const [row] = db.readDirectory((tx) =>
      tx.all<{ id: string; identifier: string; value: string; created_ms: number; expires_ms: number }>(
        sql`SELECT * FROM verification`,
      ),
    )
    if (row === undefined) throw new Error('There is no token.')
    expect(Math.round((row.expires_ms - row.created_ms) / 60_000)).toBe(60)
    const { id, identifier, value } = row
    const steps = [
      { do: 'spendVerification' as const, id },
      { do: 'addVerification' as const, id, identifier, value, expiresMs: Date.now() - 1 },
    ]
    await db.write(applySteps, null, { steps })
    const late = await browser().post('/reset-password', { token: tokenIn(letters[0]), newPassword: next })
    expect(late).toMatchObject({ status: 422, body: { errors: [{ pointer: '/token' }] } })
  })

  test('the answer is the same whether or not anybody has the address, and costs as many commits', async () => {
    const { browser, db, letters } = await signedUp({
      mailer: { send: async () => void (await opened[0]?.db.write(applySteps, null, { steps: [] })) },
    })
    const ask = async (email: string) => {
      const before = db.stats.operations
      const { status, text } = await browser().post('/request-password-reset', { email })
      return { status, text, operations: db.stats.operations - before }
    }
    const known = await ask(ada.email)
    expect(await ask('nobody@example.com')).toEqual(known)
    expect(known).toMatchObject({ status: 200, operations: 2 })
    expect(letters).toEqual([])
  })

  test('a letter that could not be stored is not called sent', async () => {
    const { browser } = await signedUp({
      mailer: {
        send: async () => {
          throw new AppError('unavailable', 'The disk is full.', { retryAfterS: 30 })
        },
      },
    })
    const refused = await browser().post('/request-password-reset', { email: ada.email })
    expect(refused.status).toBe(503)
    expect(refused.headers.get('retry-after')).toBe('30')
  })

  test('kept of the token is its hash', async () => {
    const { browser, db, letters, tokenIn } = await signedUp()
    await browser().post('/request-password-reset', { email: ada.email })
    const rows = JSON.stringify(db.readDirectory((tx) => tx.all(sql`SELECT * FROM verification`)))
    expect(rows).toContain('ver_')
    expect(rows).not.toContain(tokenIn(letters[0]))
  })

  test.each(['', 'x', 'x'.repeat(201), '../../x', 'null'])('the token "%s" sets nothing', async (token) => {
    const { browser } = await signedUp()
    const refused = await browser().post('/reset-password', { token, newPassword: next })
    expect(refused.status).toBe(422)
    expect(refused.body.errors.map(({ pointer }) => pointer)).toContain('/token')
  })
})

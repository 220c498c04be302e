import { afterEach, describe, expect, spyOn, test } from 'bun:test'
import { sql } from 'drizzle-orm'
import type { Databases } from '../../src/db/database.ts'
import { AppError } from '../../src/errors.ts'
import { type IdentitySetup, type Setup, setUpIdentity } from '../../test/fixtures/identity.ts'

const opened: IdentitySetup[] = []
afterEach(async () => {
  for (const setup of opened.splice(0)) {
    await setup.close()
    expect(setup.bugs).toEqual([])
  }
})

async function setUp(options: Setup = {}) {
  const setup = await setUpIdentity(options)
  opened.push(setup)
  return setup
}

const ada = { name: 'Ada Lovelace', email: 'Ada@Example.com', password: 'correct horse' }

describe('signing up and in', () => {
  test('who signs up is signed in, by an address in lower case', async () => {
    const { browser, identity } = await setUp()
    const tab = browser()
    const made = await tab.post('/sign-up/email', ada)
    expect(made.status).toBe(200)
    expect(made.body.user).toMatchObject({ name: 'Ada Lovelace', email: 'ada@example.com' })
    expect(made.body.user.id).toMatch(/^usr_/)
    const person = await identity.sessionOf(tab.request())
    expect(person).toEqual({ userId: made.body.user.id, email: 'ada@example.com', name: 'Ada Lovelace' })
    expect((await tab.get('/get-session')).body.user.email).toBe('ada@example.com')
  })

  test('signing in and out', async () => {
    const { browser, identity } = await setUp()
    await browser().post('/sign-up/email', ada)
    const tab = browser()
    expect((await tab.post('/sign-in/email', { email: 'ADA@example.com', password: ada.password })).status).toBe(200)
    expect(await identity.sessionOf(tab.request())).toBeDefined()
    const old = tab.request()
    expect((await tab.post('/sign-out')).body).toMatchObject({ success: true })
    expect(tab.cookies.size).toBe(0)
    expect(await identity.sessionOf(old)).toBeUndefined()
    expect((await tab.get('/get-session')).body).toBeNull()
  })

  test('a wrong password and an unknown address are told apart by nobody', async () => {
    const { browser } = await setUp()
    await browser().post('/sign-up/email', ada)
    const wrong = await browser().post('/sign-in/email', { email: ada.email, password: 'wrong horse' })
    const unknown = await browser().post('/sign-in/email', { email: 'bob@example.com', password: 'wrong horse' })
    expect(wrong.status).toBe(401)
    const same = ({ body }: typeof wrong) => ({ ...body, requestId: '' })
    expect(same(wrong)).toEqual(same(unknown))
  })

  test('an unknown address costs the same work as a wrong password', async () => {
    const { browser } = await setUp()
    await browser().post('/sign-up/email', ada)
    const work = [spyOn(Bun.password, 'hash'), spyOn(Bun.password, 'verify')]
    const workFor = async (email: string) => {
      const before = work.reduce((sum, spy) => sum + spy.mock.calls.length, 0)
      await browser().post('/sign-in/email', { email, password: 'wrong horse' })
      return work.reduce((sum, spy) => sum + spy.mock.calls.length, 0) - before
    }
    expect(await workFor(ada.email)).toBe(1)
    expect(await workFor('bob@example.com')).toBe(1)
    for (const spy of work) spy.mockRestore()
  })

  test('a taken address is a conflict at /email, also when two come at once', async () => {
    const { browser, db } = await setUp()
    const both = await Promise.all([browser().post('/sign-up/email', ada), browser().post('/sign-up/email', ada)])
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409])
    const again = await browser().post('/sign-up/email', ada)
    expect(again.status).toBe(409)
    expect(again.body.errors).toEqual([{ pointer: '/email', message: 'is taken' }])
    const count = (table: string) =>
      db.readDirectory((tx) => tx.all<{ n: number }>(sql.raw(`SELECT count(*) AS n FROM ${table}`)))[0]?.n
    expect([count('user'), count('account'), count('session')]).toEqual([1, 1, 1])
  })

  test('a session that is not to be remembered ends with the browser', async () => {
    const { browser } = await setUp()
    await browser().post('/sign-up/email', ada)
    const { email, password } = ada
    const cookieOf = async (rememberMe: boolean) => {
      const reply = await browser().post('/sign-in/email', { email, password, rememberMe })
      return reply.headers.getSetCookie().find((line) => line.startsWith('__Host-encapsify-session='))
    }
    expect(await cookieOf(true)).toContain('Max-Age=2592000')
    expect(await cookieOf(false)).not.toContain('Max-Age')
  })
})

describe('cookies', () => {
  test.each([
    ['http://localhost', '__Host-encapsify-session'],
    ['http://localhost:3000', '__Host-encapsify-session'],
    ['https://capsules.example.com', '__Host-encapsify-session'],
    ['http://192.0.2.7:3000', 'encapsify-session'],
  ])('at %s it is %s, HttpOnly and Lax', async (origin, name) => {
    const { browser, identity } = await setUp({ origin })
    const tab = browser()
    const reply = await tab.post('/sign-up/email', ada)
    const [cookie = ''] = reply.headers.getSetCookie()
    expect(cookie).toStartWith(`${name}=`)
    expect(cookie).toContain('; HttpOnly')
    expect(cookie).toContain('; SameSite=Lax')
    expect(cookie).toContain('; Path=/')
    expect(cookie).not.toContain('Domain')
    expect(cookie.includes('; Secure')).toBe(name.startsWith('__Host-'))
    expect(await identity.sessionOf(tab.request())).toBeDefined()
  })
})

describe('half of a sign-up', () => {
  /** The first sign-up stores its first step alone, as if the rest had been lost. */
  function cutOnce(real: Databases): Databases {
    let cut = false
    return {
      read: (id, work) => real.read(id, work),
      readDirectory: (work) => real.readDirectory(work),
      changes: real.changes,
      stats: real.stats,
      close: () => real.close(),
      async write(operation, organizationId, input, options) {
        const { steps } = input as { steps?: unknown[] }
        if (cut || steps === undefined) return real.write(operation, organizationId, input, options)
        cut = true
        await real.write(operation, organizationId, { ...(input as object), steps: steps.slice(0, 1) } as never)
        throw new AppError('unavailable', 'Cut, as asked.')
      },
    }
  }

  test('a user without an account is replaced by the next sign-up with that address', async () => {
    const { browser, db, identity } = await setUp({ databases: cutOnce })
    expect((await browser().post('/sign-up/email', ada)).status).toBe(503)
    const users = () => db.readDirectory((tx) => tx.all<{ id: string }>(sql`SELECT id FROM user`))
    const [half] = users()
    expect(half).toBeDefined()
    // To the outside there is no such user.
    expect((await browser().post('/sign-in/email', { email: ada.email, password: ada.password })).status).toBe(401)
    const tab = browser()
    expect((await tab.post('/sign-up/email', ada)).status).toBe(200)
    expect(users()).toHaveLength(1)
    expect(users()[0]?.id).not.toBe(half?.id ?? '')
    expect(await identity.sessionOf(tab.request())).toMatchObject({ email: 'ada@example.com' })
  })

  test('when a later step fails nothing of the sign-up is stored', async () => {
    const spoilt = (real: Databases): Databases => {
      let spoil = true
      return {
        read: (id, work) => real.read(id, work),
        readDirectory: (work) => real.readDirectory(work),
        changes: real.changes,
        stats: real.stats,
        close: () => real.close(),
        write(operation, organizationId, input, options) {
          const { steps } = input as { steps?: { do: string; userId?: string }[] }
          const other = steps?.map((step) => (step.do === 'addAccount' ? { ...step, userId: 'usr_nobody' } : step))
          const given = spoil && other !== undefined ? ({ steps: other } as typeof input) : input
          spoil = false
          return real.write(operation, organizationId, given, options)
        },
      }
    }
    const { browser, db } = await setUp({ databases: spoilt })
    expect((await browser().post('/sign-up/email', ada)).status).toBe(409)
    expect(db.readDirectory((tx) => tx.all(sql`SELECT id FROM user`))).toEqual([])
    expect((await browser().post('/sign-up/email', ada)).status).toBe(200)
  })
})

describe('changing and leaving', () => {
  test('a new name is seen everywhere at once', async () => {
    const { browser, identity } = await setUp()
    const tab = browser()
    await tab.post('/sign-up/email', ada)
    expect((await identity.sessionOf(tab.request()))?.name).toBe('Ada Lovelace')
    expect((await tab.post('/update-user', { name: '  Ada King ' })).status).toBe(200)
    expect((await identity.sessionOf(tab.request()))?.name).toBe('Ada King')
  })

  test('a new password ends the other sessions where asked, and the old password opens nothing', async () => {
    const { browser, identity } = await setUp()
    const [tab, other] = [browser(), browser()]
    await tab.post('/sign-up/email', ada)
    await other.post('/sign-in/email', { email: ada.email, password: ada.password })
    const wrong = await tab.post('/change-password', { currentPassword: 'wrong horse', newPassword: 'battery staple' })
    expect(wrong).toMatchObject({ status: 422, body: { errors: [{ pointer: '/currentPassword' }] } })
    const change = { currentPassword: ada.password, newPassword: 'battery staple', revokeOtherSessions: true }
    expect((await tab.post('/change-password', change)).status).toBe(200)
    expect(await identity.sessionOf(other.request())).toBeUndefined()
    expect(await identity.sessionOf(tab.request())).toBeDefined()
    const { email, password } = ada
    expect((await browser().post('/sign-in/email', { email, password })).status).toBe(401)
    expect((await browser().post('/sign-in/email', { email, password: 'battery staple' })).status).toBe(200)
  })

  test('an account is deleted by its password, all at once, and others are told', async () => {
    const told: string[] = []
    const { browser, db, identity, jobs } = await setUp({ onDeleted: async (userId) => void told.push(userId) })
    const tab = browser()
    const { body } = await tab.post('/sign-up/email', ada)
    const old = tab.request()
    const wrong = await tab.post('/delete-user', { password: 'wrong horse' })
    expect(wrong).toMatchObject({ status: 422, body: { errors: [{ pointer: '/password' }] } })
    expect((await tab.post('/delete-user', { password: ada.password })).body.success).toBe(true)
    expect(await identity.sessionOf(old)).toBeUndefined()
    for (const table of ['user', 'account', 'session']) {
      expect(db.readDirectory((tx) => tx.all(sql.raw(`SELECT 1 FROM ${table}`)))).toEqual([])
    }
    await jobs.settled()
    expect(told).toEqual([body.user.id])
    expect((await browser().post('/sign-up/email', ada)).status).toBe(200)
  })

  test('a deletion can be refused, and then nothing is gone', async () => {
    const { browser, identity } = await setUp({
      onBeforeDelete: ({ email }) => {
        throw new AppError('conflict', `${email} owns something alone.`)
      },
    })
    const tab = browser()
    await tab.post('/sign-up/email', ada)
    const refused = await tab.post('/delete-user', { password: ada.password })
    expect(refused).toMatchObject({ status: 409, body: { detail: 'ada@example.com owns something alone.' } })
    expect(await identity.sessionOf(tab.request())).toBeDefined()
  })
})

describe('ensurePerson', () => {
  test('makes a person once, who can sign in', async () => {
    const { browser, identity, db } = await setUp()
    const first = await identity.ensurePerson(ada)
    const commits = db.stats.commits
    expect(await identity.ensurePerson(ada)).toEqual(first)
    expect(db.stats.commits).toBe(commits)
    const { email, password } = ada
    expect((await browser().post('/sign-in/email', { email, password })).body.user.id).toBe(first.userId)
  })

  test('sets another password and name, and signs out whoever had the old one', async () => {
    const { browser, identity } = await setUp()
    const tab = browser()
    const { body } = await tab.post('/sign-up/email', ada)
    const person = await identity.ensurePerson({ email: ada.email, name: 'Demo', password: 'battery staple' })
    expect(person).toEqual({ userId: body.user.id, email: 'ada@example.com', name: 'Demo' })
    expect(await identity.sessionOf(tab.request())).toBeUndefined()
    const signedIn = await browser().post('/sign-in/email', { email: ada.email, password: 'battery staple' })
    expect(signedIn.body.user.name).toBe('Demo')
  })
})

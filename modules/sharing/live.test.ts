import { expect, test } from 'bun:test'
import { liveHouse, vote } from '../../test/fixtures/live-house.ts'
import { PasswordHashes } from '../identity/password-hashes.ts'
import { accessChanged } from './events.ts'
import { Sharing } from './sharing.ts'

/** A live house whose capsules can be closed; the browser's way in is taken by its cookie. */
async function open() {
  let sharing: Sharing | undefined
  let aheadMs = 0
  const nowMs = () => Date.now() + aheadMs
  /** What is put off for so long is done by `later` alone. */
  const longMs = 60_000
  const putOff = new Set<() => void>()
  const found = () => {
    if (sharing === undefined) throw new Error('Asked too early.')
    return sharing.access
  }
  const house = await liveHouse({
    admissions: {
      admit: (capsuleId, request) => found().admit(capsuleId, request),
      stands: (capsuleId, admission) => found().stands(capsuleId, admission),
    },
    clock: {
      nowMs,
      passedMs: nowMs,
      after(ms, work) {
        if (ms >= longMs) {
          putOff.add(work)
          return () => putOff.delete(work)
        }
        const timer = setTimeout(work, ms)
        return () => clearTimeout(timer)
      },
    },
  })
  sharing = new Sharing({
    ...{ databases: house.db, capsules: house.capsules, responses: house.responses },
    ...{ secrets: house.secrets, origin: 'http://localhost', hashes: new PasswordHashes() },
    assets: { uses: () => ({ items: [], nextCursor: null }) },
    mailer: { send: async () => {} },
    addressOf: () => '203.0.113.7',
    nowMs,
  })
  const { links, access, entrance } = sharing
  house.db.changes.onConfirmed(accessChanged, ({ subject }) => house.live.admissionsChanged(subject))
  const owner = house.ours.organizationId
  const link = async (id: string, expiresAt: number | null = null) =>
    links.create(owner, id, { name: 'L', password: null, expiresAt, emailGate: null, downloads: true }, 'usr_test')
  const passFor = (made: Awaited<ReturnType<typeof link>>) => {
    const begun = entrance.begin(made)
    return { cookie: begun.asks === 'nothing' ? (begun.cookie.split(';')[0] ?? '') : '' }
  }
  return {
    ...house,
    owner,
    links,
    access,
    link,
    passFor,
    nowMs,
    /** Time goes on, and what was put off is done. */
    later(ms: number) {
      aheadMs += ms
      const due = [...putOff]
      putOff.clear()
      for (const work of due) work()
    },
    async [Symbol.asyncDispose]() {
      await sharing?.close()
      await house[Symbol.asyncDispose]()
    },
  }
}

test('R32: a private capsule is heard by who came by its link, and by nobody else', async () => {
  await using house = await open()
  const id = await house.poll()
  const open4all = house.open(id)
  await open4all.inbox.next('hello')
  await house.access.setPrivate(house.owner, id, true)
  expect((await open4all.closed).code).toBe(4403)
  expect((await house.open(id).closed).code).toBe(4403)
  expect(await (await fetch(house.url(id, '/events'))).text()).toContain('"code":4403')
  const link = await house.link(id)
  const member = house.open(id, '', house.passFor(link))
  await member.inbox.next('hello')
  const one = vote()
  member.say(one)
  expect(await member.inbox.next('accepted')).toMatchObject({ id: one.id })
  expect(house.links.get(house.owner, id, link.id).answers).toBe(1)
})

test('R32: revoked, changed or past its time, a link’s members are sent away at once, and only they', async () => {
  await using house = await open()
  const id = await house.poll()
  await house.access.setPrivate(house.owner, id, true)
  const [first, second] = [await house.link(id), await house.link(id)]
  const [out, stays] = [house.open(id, '', house.passFor(first)), house.open(id, '', house.passFor(second))]
  await Promise.all([out.inbox.next('hello'), stays.inbox.next('hello')])
  await house.links.setRevoked(house.owner, id, first.id, true)
  expect((await out.closed).code).toBe(4403)
  expect(house.live.people(id)).toBe(1)
  await house.links.change(house.owner, id, second.id, { password: 'other words' })
  expect((await stays.closed).code).toBe(4403)
  const short = await house.link(id, house.nowMs() + 1_800_000)
  const brief = house.open(id, '', house.passFor(short))
  await brief.inbox.next('hello')
  house.later(1_700_000)
  expect(house.live.people(id)).toBe(1)
  house.later(100_000)
  expect((await brief.closed).code).toBe(4403)
  expect(house.bugs).toEqual([])
})

import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { liveHouse, pollDocument, vote } from '../../test/fixtures/live-house.ts'

let house: Awaited<ReturnType<typeof liveHouse>>
beforeAll(async () => {
  house = await liveHouse()
})
afterAll(async () => {
  expect(house.bugs).toEqual([])
  await house[Symbol.asyncDispose]()
})

const stageOf = (id: string) => `/capsules/${id}/stage`
let asked = 0
const question = (text: string) => ({ type: 'ask', id: `question-${String(++asked).padStart(10, '0')}`, text })
const support = (id: string) => ({ type: 'support', id: `support-${String(++asked).padStart(11, '0')}`, question: id })

/** A published capsule whose visitors may ask. */
async function open(): Promise<string> {
  const draft = { ...pollDocument(), settings: { live: { questions: true } } }
  const { id } = await house.capsules.create(house.ours.organizationId, { title: 'Stage', draft })
  await house.publish(id)
  return id
}

describe('R30: the stage', () => {
  test('moves everybody, is there for who comes later, and ends', async () => {
    const id = await house.poll()
    const here = house.open(id)
    await here.inbox.next('hello')
    const moved = await house.our('PUT', stageOf(id), { page: 'start', closed: ['vote'] })
    expect(moved.status).toBe(200)
    const stage = { page: 'start', closed: ['vote'] }
    expect((await here.inbox.next((message) => message.stage !== undefined)).stage).toEqual(stage)
    expect((await house.open(id).inbox.next('hello')).state?.stage).toEqual(stage)
    expect((await house.our('GET', stageOf(id))).body.stage).toEqual(stage)
    expect((await house.our('DELETE', stageOf(id))).status).toBe(204)
    expect((await here.inbox.next((message) => message.stage === null)).type).toBe('state')
  })

  test('closes a block: no answer comes in, on any way, until it is opened', async () => {
    const id = await house.poll()
    const socket = house.open(id)
    await house.our('PUT', stageOf(id), { page: 'start', closed: ['vote'] })
    const said = vote()
    socket.say(said)
    expect(await socket.inbox.next('refused')).toMatchObject({ code: 'forbidden', errors: [{ pointer: '/block' }] })
    const { type: _, ...json } = said
    expect((await house.call(undefined, 'POST', `/capsules/${id}/responses`, { json })).status).toBe(403)
    await house.our('PUT', stageOf(id), { page: 'start' })
    socket.say(said)
    await socket.inbox.next('accepted')
  })

  test('is on a page and closes blocks that there are', async () => {
    const id = await house.poll()
    const refused = await house.our('PUT', stageOf(id), { page: 'none', closed: ['vote', 'nothing'] })
    expect(refused.status).toBe(422)
    expect(refused.body.errors.map((fault) => fault.pointer)).toEqual(['/page', '/closed/1'])
  })

  test('belongs to who may write the capsule, and to a published one', async () => {
    const id = await house.poll()
    const json = { page: 'start' }
    expect((await house.call(house.theirs.key, 'PUT', stageOf(id), { json })).status).toBe(404)
    expect((await house.call(undefined, 'PUT', stageOf(id), { json })).status).toBe(401)
    const { key } = await house.keys.create(house.ours.organizationId, {
      name: 'reads',
      scopes: ['capsules:read'],
      createdBy: 'usr_test',
    })
    expect((await house.call(key, 'PUT', stageOf(id), { json })).status).toBe(403)
    await house.publications.unpublish(house.ours.organizationId, id)
    expect((await house.our('PUT', stageOf(id), json)).status).toBe(409)
  })
})

describe('R18, R31: questions', () => {
  test('are seen by the owner first, by everybody once shown, and by votes', async () => {
    const id = await open()
    const [asker, other] = [house.open(id), house.open(id)]
    await Promise.all([asker.inbox.next('hello'), other.inbox.next('hello')])
    const said = question('  Why is it so?  ')
    asker.say(said)
    expect(await asker.inbox.next('accepted')).toMatchObject({ id: said.id, visitor: expect.any(String) })
    expect((await house.open(id).inbox.next('hello')).state?.questions).toEqual([])
    const waiting = await house.our('GET', `/capsules/${id}/questions?state=waiting`)
    expect(waiting.body.items).toMatchObject([{ id: said.id, text: 'Why is it so?', state: 'waiting', votes: 0 }])

    const path = `/capsules/${id}/questions/${said.id}`
    expect((await house.our('PATCH', path, { state: 'shown' })).status).toBe(204)
    const shown = { id: said.id, text: 'Why is it so?', votes: 0, answered: false }
    expect((await other.inbox.next((message) => message.questions !== undefined)).questions).toEqual([shown])
    for (const socket of [other, other, house.open(id)]) {
      socket.say(support(said.id))
      await socket.inbox.next('accepted')
    }
    const voted = { ...shown, votes: 2 }
    expect(
      (await house.open(id).inbox.next((message) => JSON.stringify(message).includes('"votes":2'))).type,
    ).toBeDefined()
    await house.our('PATCH', path, { state: 'answered' })
    await other.inbox.next(
      (message) => JSON.stringify(message.questions) === JSON.stringify([{ ...voted, answered: true }]),
    )
    other.say(support(said.id))
    expect(await other.inbox.next('refused')).toMatchObject({ code: 'not-found' })
    await house.our('PATCH', path, { state: 'hidden' })
    await other.inbox.next((message) => JSON.stringify(message.questions) === '[]')
  })

  test('are asked only where the owner wants them', async () => {
    const socket = house.open(await house.poll())
    socket.say(question('May I?'))
    expect(await socket.inbox.next('refused')).toMatchObject({ code: 'not-found' })
  })

  test('again under one id are one; empty ones and too many are refused', async () => {
    const id = await open()
    const socket = house.open(id)
    const said = question('One')
    for (const text of ['One', 'One', 'Another']) socket.say({ ...said, text })
    expect((await socket.inbox.next('accepted')).id).toBe(said.id)
    await socket.inbox.next('accepted')
    expect(await socket.inbox.next('refused')).toMatchObject({ code: 'conflict' })
    socket.say(question('   '))
    expect(await socket.inbox.next('refused')).toMatchObject({ code: 'invalid' })
    for (let n = 0; n < 9; n++) {
      socket.say(question(`More ${n}`))
      await socket.inbox.next('accepted')
    }
    socket.say(question('Too many'))
    expect(await socket.inbox.next('refused')).toMatchObject({ code: 'rate-limited' })
  })

  test('are listed by cursor, and moderated by their owner alone', async () => {
    const id = await open()
    const socket = house.open(id)
    for (const text of ['One', 'Two', 'Three']) {
      socket.say(question(text))
      await socket.inbox.next('accepted')
    }
    const list = `/capsules/${id}/questions`
    const first = await house.our('GET', `${list}?limit=2`)
    const rest = await house.our('GET', `${list}?limit=2&cursor=${first.body.nextCursor}`)
    expect([...first.body.items, ...rest.body.items].map((item) => item.text)).toEqual(['One', 'Two', 'Three'])
    expect(rest.body.nextCursor).toBeNull()
    expect((await house.our('GET', `${list}?cursor=x`)).status).toBe(422)
    expect((await house.call(house.theirs.key, 'GET', list)).status).toBe(404)
    const one = `${list}/${first.body.items[0]?.id}`
    expect((await house.call(house.theirs.key, 'PATCH', one, { json: { state: 'shown' } })).status).toBe(404)
    expect((await house.our('PATCH', one, { state: 'waiting' })).status).toBe(422)
    expect((await house.our('PATCH', `${list}/question-9999999999`, { state: 'shown' })).status).toBe(404)
  })

  test('go with a capsule that is purged', async () => {
    const id = await open()
    const socket = house.open(id)
    const said = question('Gone?')
    socket.say(said)
    await socket.inbox.next('accepted')
    await house.our('PATCH', `/capsules/${id}/questions/${said.id}`, { state: 'shown' })
    socket.say(support(said.id))
    await socket.inbox.next('accepted')
    await house.realtime.questions.forget(id)
    expect(house.realtime.questions.list(id, { limit: 9 }).items).toEqual([])
  })
})

test('every statement seeks in an index', () => {
  expect(house.plans.scans()).toEqual([])
})

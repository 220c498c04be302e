import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { documentOf, openHouse } from '../../../test/fixtures/capsule-house.ts'
import { responseFile } from '../response-file.ts'

const two = [
  { id: 'a', text: 'Apple, green' },
  { id: 'b', text: '=Banana' },
]
const poll = { id: 'poll', type: 'poll', question: 'Which?', choices: two, multiple: true, oncePerVisitor: false }
const question = (id: string) => ({ id, text: `Question ${id}`, choices: two, correct: ['a'] })
const quiz = { id: 'quiz', type: 'quiz', questions: ['q1', 'q2', 'q3'].map(question) }
const form = {
  id: 'form',
  type: 'form',
  fields: [
    { id: 'name', kind: 'text', label: 'Your "name"' },
    { id: 'fruit', kind: 'choice', label: 'Fruit', choices: two },
    { id: 'stars', kind: 'rating', label: 'Stars' },
    { id: 'ok', kind: 'consent', label: 'Agreed' },
  ],
}
const idOf = (n: number) => `answer-${String(n).padStart(12, '0')}`

async function opened(...blocks: unknown[]) {
  const house = await openHouse({ nowMs: () => Date.UTC(2027, 0, 2, 3, 4, 5, 678) })
  const { body } = await house.our('POST', '/capsules', { title: 'Survey', draft: documentOf(...blocks) })
  const at = `/capsules/${body.id}`
  await house.our('POST', `${at}/publication`)
  const publish = async (...changed: unknown[]) => {
    await house.our('PUT', `${at}/draft`, documentOf(...changed), { 'if-match': '*' })
    return (await house.our('POST', `${at}/publication`)).body.version
  }
  let count = 0
  const answer = async (block: string, value: unknown, version: unknown = 1) => {
    const json = { id: idOf(count++), version, block, value }
    const { status, text } = await house.call(undefined, 'POST', `${at}/responses`, { json })
    if (status !== 201) throw new Error(text)
  }
  return { ...house, at, id: body.id, publish, answer }
}

describe('GET /capsules/{id}/responses', () => {
  test('lists answers oldest first, page by page, of all blocks or of one, and who belongs together', async () => {
    const { our, at, answer } = await opened(poll, quiz)
    for (const block of ['poll', 'quiz', 'poll', 'poll']) {
      await answer(block, block === 'poll' ? ['a'] : { q1: ['a'], q2: ['a'], q3: ['b'] })
    }
    const list = async (query: string) => (await our('GET', `${at}/responses?${query}`)).body
    const first = await list('limit=3')
    expect(first.items.map((item) => item.id)).toEqual([idOf(0), idOf(1), idOf(2)])
    expect(first.items[1]).toEqual({
      id: idOf(1),
      version: 1,
      block: 'quiz',
      value: { q1: ['a'], q2: ['a'], q3: ['b'] },
      visitor: expect.stringMatching(/^[\w-]{16}$/),
      at: Date.UTC(2027, 0, 2, 3, 4, 5, 678),
    })
    expect((await list(`limit=3&cursor=${first.nextCursor}`)).items.map((item) => item.id)).toEqual([idOf(3)])
    const polls = await list('limit=2&block=poll')
    expect(polls.items.map((item) => item.id)).toEqual([idOf(0), idOf(2)])
    expect(await list(`limit=2&block=poll&cursor=${polls.nextCursor}`)).toMatchObject({
      items: [{ id: idOf(3) }],
      nextCursor: null,
    })
    expect((await list('cursor=!')).errors[0]?.pointer).toBe('?cursor')
  })
})

describe('GET /capsules/{id}/results', () => {
  test('whatever is answered, in whatever version, the totals are those of the answers', async () => {
    const value = {
      poll: fc.subarray(['a', 'b'], { minLength: 1 }),
      quiz: fc.record({ q1: one(), q2: one(), q3: one() }),
      form: fc.record({ fruit: fc.constantFrom('a', 'b'), stars: fc.integer({ min: 1, max: 5 }) }),
    }
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.oneof(
            ...Object.entries(value).map(([block, of]) =>
              fc.record({ block: fc.constant(block), value: of as fc.Arbitrary<unknown> }),
            ),
          ),
          { maxLength: 25 },
        ),
        async (answers) => {
          const { our, at, answer } = await opened(poll, quiz, form)
          await Promise.all(answers.map(({ block, value }) => answer(block, value)))
          const { items } = (await our('GET', `${at}/results`)).body
          expect(items.map((item) => item.block)).toEqual(['poll', 'quiz', 'form'])
          const of = <T>(block: string) => answers.filter((one) => one.block === block).map((one) => one.value as T)
          expect(items.map((item) => item.total)).toEqual(['poll', 'quiz', 'form'].map((block) => of(block).length))
          const [polls, quizzes, forms] = [
            of<string[]>('poll'),
            of<Record<string, string[]>>('quiz'),
            of<{ fruit: string; stars: number }>('form'),
          ]
          expect(items[0]?.choices).toEqual(
            two.map(({ id, text }) => ({ id, text, count: polls.filter((chosen) => chosen.includes(id)).length })),
          )
          const scoreOf = (given: Record<string, string[]>) => Object.values(given).filter(([id]) => id === 'a').length
          expect(items[1]?.scores).toEqual(
            [0, 1, 2, 3].map((score) => ({ score, count: quizzes.filter((given) => scoreOf(given) === score).length })),
          )
          expect(items[2]?.fields).toMatchObject([
            {
              id: 'fruit',
              choices: two.map(({ id }) => ({ id, count: forms.filter((one) => one.fruit === id).length })),
            },
            {
              id: 'stars',
              choices: [1, 2, 3, 4, 5].map((stars) => ({
                id: String(stars),
                count: forms.filter((one) => one.stars === stars).length,
              })),
            },
            { id: 'ok', choices: [{ id: 'true', count: 0 }] },
          ])
        },
      ),
      { numRuns: 12 },
    )
  })

  test('keep what a later version has no more', async () => {
    const { our, at, answer, publish } = await opened(poll, quiz)
    await answer('poll', ['a', 'b'])
    await answer('quiz', { q1: ['a'], q2: ['a'], q3: ['a'] })
    const choices = [
      { id: 'a', text: 'Apple' },
      { id: 'c', text: 'Cherry' },
    ]
    await answer('poll', ['c'], await publish({ ...poll, choices }))
    expect((await our('GET', `${at}/results`)).body.items as object[]).toEqual([
      {
        block: 'poll',
        total: 2,
        kind: 'poll',
        question: 'Which?',
        choices: [
          { id: 'a', text: 'Apple', count: 1 },
          { id: 'c', text: 'Cherry', count: 1 },
          { id: 'b', text: null, count: 1 },
        ],
      },
      { block: 'quiz', total: 1, kind: 'quiz', outOf: 3, scores: expect.any(Array) },
    ])
  })

  test('an unpublished capsule has none', async () => {
    const { our } = await openHouse()
    const { body } = await our('POST', '/capsules', { title: 'New', draft: documentOf(poll) })
    expect((await our('GET', `/capsules/${body.id}/results`)).body.items).toEqual([])
  })
})

describe('GET /capsules/{id}/responses.csv', () => {
  const time = '2027-01-02T03:04:05.678Z'
  const visitors = (csv: string) => csv.replaceAll(/,[\w-]{16},(\d)/g, ',V,$1')

  test('has the columns of all versions, each answer in the words of its own', async () => {
    const { our, at, answer, publish } = await opened(form)
    await answer('form', { name: '=HYPERLINK("x")', fruit: 'b', stars: 4, ok: true })
    const { fields } = form
    const changed = {
      ...form,
      fields: [
        { ...fields[0], label: 'Name' },
        { id: 'day', kind: 'date', label: 'Day' },
      ],
    }
    await answer('form', { name: 'two\nlines', day: '2027-05-06' }, await publish(changed))
    const file = await our('GET', `${at}/responses.csv?block=form`)
    expect(file.headers.get('content-type')).toBe('text/csv; charset=utf-8')
    expect(file.headers.get('content-disposition')).toBe('attachment; filename="survey-form.csv"')
    expect(visitors(file.text)).toBe(
      [
        'time,response,visitor,version,Name,Day,Fruit,Stars,Agreed',
        `${time},${idOf(0)},V,1,"'=HYPERLINK(""x"")",,'=Banana,4,true`,
        `${time},${idOf(1)},V,2,"two\nlines",2027-05-06,,,`,
        '',
      ].join('\r\n'),
    )
  })

  test('of all blocks has columns for each', async () => {
    const { our, at, answer } = await opened(poll, quiz)
    await answer('poll', ['a', 'b'])
    await answer('quiz', { q1: ['a'], q2: ['a'], q3: ['b'] })
    expect(visitors((await our('GET', `${at}/responses.csv`)).text)).toBe(
      [
        'time,response,visitor,version,block,poll: Which?,quiz: Score,quiz: Out of,quiz: Question q1,quiz: Question q2,quiz: Question q3',
        `${time},${idOf(0)},V,1,poll,"Apple, green; =Banana",,,,,`,
        `${time},${idOf(1)},V,1,quiz,,2,3,"Apple, green","Apple, green",'=Banana`,
        '',
      ].join('\r\n'),
    )
  })

  test('begins with a byte order mark when asked, and is a header when nobody answered', async () => {
    const { our, at } = await opened(poll)
    const { text } = await our('GET', `${at}/responses.csv?block=poll&bom=true`)
    expect(text.replace('\ufeff', '')).toBe('time,response,visitor,version,Which?\r\n')
    expect(await our('GET', `${at}/responses.csv?block=nope`)).toMatchObject({
      status: 404,
      body: { errors: [{ pointer: '?block' }] },
    })
  })

  test('ends with the answers that were there when it began, and is made as it is read', async () => {
    const { documents, responses, capsules, ours, id, answer } = await opened(poll)
    await Promise.all(Array.from({ length: 301 }, (_, n) => answer('poll', [n % 2 === 0 ? 'a' : 'b'])))
    let reads = 0
    const list = responses.list.bind(responses)
    responses.list = (...query) => {
      reads++
      return list(...query)
    }
    const open = () => responseFile({ documents, responses }, capsules.get(ours.organizationId, id), { block: 'poll' })
    const left = open().getReader()
    await left.read()
    await left.read()
    await left.cancel()
    expect(reads).toBe(1)
    let lines = 0
    for await (const chunk of open()) {
      if (lines === 101) await answer('poll', ['a'])
      lines += Buffer.from(chunk).toString().split('\r\n').length - 1
    }
    expect([reads, lines]).toEqual([5, 302])
  })

  test('stops when its reader has gone', async () => {
    const { app, at, id, ours, responses, publish } = await opened(poll)
    await publish(form)
    const value = { name: 'x'.repeat(5_000) }
    const submit = (n: number) => responses.submit(id, { id: idOf(n), version: 2, block: 'form', value }, 'visitor')
    await Promise.all(Array.from({ length: 4_000 }, (_, n) => submit(n)))
    let reads = 0
    const list = responses.list.bind(responses)
    responses.list = (...query) => {
      reads++
      return list(...query)
    }
    const server = Bun.serve({ port: 0, fetch: (request) => app.handle(request) })
    const headers = { authorization: `Bearer ${ours.key}` }
    const response = await fetch(`http://localhost:${server.port}/api/v1${at}/responses.csv`, { headers })
    const reader = response.body?.getReader()
    await reader?.read()
    await reader?.cancel()
    await server.stop()
    expect(reads).toBeLessThan(40)
  })
})

function one() {
  return fc.constantFrom(['a'], ['b'])
}

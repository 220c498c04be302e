import { describe, expect, test } from 'bun:test'
import { Type } from '@sinclair/typebox'
import fc from 'fast-check'
import { newOrganizationId } from '../../src/db/ids.ts'
import { openMemoryDatabases } from '../../src/db/memory.ts'
import { defineOperation } from '../../src/db/operation.ts'
import { AppError } from '../../src/errors.ts'
import { Plans } from '../../test/fixtures/plans.ts'
import { mediaMigrations } from '../media/migrations.ts'
import { mediaOperations } from '../media/operations.ts'
import { Capsules } from './capsules.ts'
import { Documents } from './documents.ts'
import { capsuleMigrations } from './migrations.ts'
import { capsuleOperations } from './operations.ts'
import { Publications } from './publication.ts'
import { Responses } from './responses.ts'

const place = defineOperation(
  { name: 'test.place', database: 'directory', input: Type.Object({}) },
  (_tx, _input, context) => {
    if (context.organizationId !== null) context.place(context.organizationId)
  },
)

async function setup() {
  const plans = new Plans()
  const db = openMemoryDatabases({
    modules: [
      { migrations: mediaMigrations, operations: mediaOperations },
      { migrations: capsuleMigrations, operations: capsuleOperations },
      { migrations: { module: 'test', directory: [], shard: [] }, operations: [place] },
    ],
    onStatement: plans.onStatement,
  })
  const organizationId = newOrganizationId()
  await db.write(place, organizationId, {})
  const documents = new Documents(db)
  const capsules = new Capsules(db)
  return {
    db,
    plans,
    organizationId,
    capsules,
    publications: new Publications(db, capsules, documents),
    responses: new Responses(db, documents),
  }
}

const choices = [
  { id: 'a', text: 'A' },
  { id: 'b', text: 'B' },
]
const documentWith = (...blocks: unknown[]) => ({ format: 1, pages: [{ id: 'start', blocks }] })
const pollDocument = (oncePerVisitor = true) =>
  documentWith({ id: 'poll', type: 'poll', question: 'Which?', choices, oncePerVisitor })

async function codeOf(work: Promise<unknown> | (() => unknown)): Promise<string> {
  try {
    await (typeof work === 'function' ? work() : work)
  } catch (error) {
    return error instanceof AppError ? error.code : String(error)
  }
  return 'ok'
}

describe('capsules', () => {
  test('slugs come from titles, stay unique, and old ones lead to the new', async () => {
    const { capsules, publications, organizationId } = await setup()
    const first = await capsules.create(organizationId, { title: 'Über uns & Straße' })
    expect(first.slug).toBe('uber-uns-strasse')
    const second = await capsules.create(organizationId, { title: 'Über uns & Straße' })
    expect(second.slug).toBe('uber-uns-strasse-2')
    expect(await codeOf(capsules.create(organizationId, { title: 'x', slug: first.slug }))).toBe('conflict')
    await capsules.change(organizationId, first.id, { slug: 'about' })
    expect(publications.at(organizationId, 'uber-uns-strasse')).toEqual({ state: 'moved', slug: 'about' })
    await capsules.change(organizationId, second.id, { slug: 'uber-uns-strasse' })
    expect(publications.at(organizationId, 'uber-uns-strasse')).toEqual({ state: 'absent' })
  })

  test.each(['-', 'api', 'Upper', 'a--b', 'a_b', 'x'.repeat(65), '', 'ä'])('the slug "%s" is refused', async (slug) => {
    const { capsules, organizationId } = await setup()
    expect(await codeOf(() => capsules.create(organizationId, { title: 'x', slug }))).toBe('invalid')
  })

  test("another organization's capsule does not exist", async () => {
    const { capsules, publications, organizationId } = await setup()
    const { id } = await capsules.create(organizationId, { title: 'x' })
    const other = newOrganizationId()
    for (const work of [
      () => capsules.get(other, id),
      () => capsules.draft(other, id),
      () => capsules.move(other, id, 'delete'),
      () => publications.publish(other, id, 'usr'),
      () => capsules.get(organizationId, 'cap_nonsense'),
    ]) {
      expect(await codeOf(work)).toBe('not-found')
    }
  })

  test('deleting frees the slug, and undoing finds a free one', async () => {
    const { capsules, organizationId } = await setup()
    const first = await capsules.create(organizationId, { title: 'Same' })
    await capsules.move(organizationId, first.id, 'delete')
    expect(await codeOf(() => capsules.get(organizationId, first.id))).toBe('not-found')
    const second = await capsules.create(organizationId, { title: 'Same', slug: 'same' })
    expect(second.slug).toBe('same')
    const back = await capsules.move(organizationId, first.id, 'undelete')
    expect(back).toMatchObject({ state: 'draft', slug: 'same-2' })
  })

  test('lists page by cursor without a gap or a repetition, by state too', async () => {
    const { capsules, publications, organizationId } = await setup()
    const ids: string[] = []
    for (let n = 0; n < 25; n++) ids.push((await capsules.create(organizationId, { title: `c${n}` })).id)
    for (const id of ids.slice(0, 3)) await publications.publish(organizationId, id, 'usr')
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const page = capsules.list(organizationId, { limit: 10, cursor })
      seen.push(...page.items.map((item) => item.id))
      cursor = page.nextCursor ?? undefined
    } while (cursor !== undefined)
    expect(seen).toEqual(ids.toSorted().reverse())
    expect(capsules.list(organizationId, { limit: 10, state: 'published' }).items).toHaveLength(3)
  })
})

describe('drafts and versions', () => {
  test('whatever is saved and published, revisions only count up and versions never change', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.oneof(
            fc.record({
              step: fc.constant('save' as const),
              text: fc.constantFrom('one', 'two', 'three'),
              stale: fc.boolean(),
            }),
            fc.record({
              step: fc.constantFrom('publish' as const, 'unpublish' as const, 'archive' as const, 'unarchive' as const),
            }),
            fc.record({ step: fc.constant('restore' as const), number: fc.integer({ min: 1, max: 4 }) }),
          ),
          { maxLength: 20 },
        ),
        async (steps) => {
          const { capsules, publications, organizationId } = await setup()
          const { id, slug } = await capsules.create(organizationId, { title: 'Model' })
          const model = {
            revision: 1,
            draft: '',
            versions: [] as string[],
            published: undefined as string | undefined,
            archived: false,
          }
          for (const step of steps) {
            if (step.step === 'save') {
              const revision = step.stale ? model.revision - 1 : model.revision
              const saved = codeOf(
                capsules.saveDraft(
                  organizationId,
                  id,
                  revision,
                  documentWith({ id: 'h', type: 'heading', text: step.text }),
                ),
              )
              expect(await saved).toBe(step.stale ? 'precondition-failed' : 'ok')
              if (!step.stale) Object.assign(model, { revision: model.revision + 1, draft: step.text })
            } else if (step.step === 'publish') {
              if (model.archived) expect(await codeOf(publications.publish(organizationId, id, 'usr'))).toBe('conflict')
              else {
                const same = model.versions.at(-1) === model.draft
                const { version } = await publications.publish(organizationId, id, 'usr')
                if (!same) model.versions.push(model.draft)
                expect(version).toBe(model.versions.length)
                model.published = model.draft
              }
            } else if (step.step === 'unpublish') {
              await publications.unpublish(organizationId, id)
              model.published = undefined
            } else if (step.step === 'restore') {
              const there = step.number <= model.versions.length
              expect(await codeOf(publications.restore(organizationId, id, step.number))).toBe(
                there ? 'ok' : 'not-found',
              )
              if (there) Object.assign(model, { revision: model.revision + 1, draft: model.versions[step.number - 1] })
            } else {
              await capsules.move(organizationId, id, step.step)
              model.archived = step.step === 'archive'
            }
            const draft = capsules.draft(organizationId, id)
            expect(draft.revision).toBe(model.revision)
            model.versions.forEach((text, n) => {
              expect(JSON.stringify(publications.version(organizationId, id, n + 1))).toContain(text)
            })
            const at = publications.at(organizationId, slug)
            if (model.archived) expect(at.state).toBe('gone')
            else
              expect(at.state === 'found' ? JSON.stringify(at.document) : undefined).toEqual(
                model.published === undefined ? undefined : expect.stringContaining(model.published),
              )
          }
        },
      ),
      { numRuns: 60 },
    )
  })
})

describe('answers', () => {
  const id = (n: number) => `answer-${String(n).padStart(12, '0')}`

  test('totals equal what was acknowledged, whatever is repeated, forged or doubled', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ id: fc.nat(12), choice: fc.constantFrom('a', 'b'), visitor: fc.nat(5) }), {
          maxLength: 40,
        }),
        fc.boolean(),
        async (answers, once) => {
          const { capsules, publications, responses, organizationId } = await setup()
          const capsule = await capsules.create(organizationId, { title: 'Poll', draft: pollDocument(once) })
          await publications.publish(organizationId, capsule.id, 'usr')
          const stored = new Map<number, string>()
          const voted = new Set<number>()
          await Promise.all(
            answers.map(async (answer) => {
              const before = stored.get(answer.id)
              const expected =
                before !== undefined
                  ? before === answer.choice
                    ? 'ok'
                    : 'conflict'
                  : once && voted.has(answer.visitor)
                    ? 'conflict'
                    : 'ok'
              if (before === undefined && expected === 'ok') {
                stored.set(answer.id, answer.choice)
                voted.add(answer.visitor)
              }
              const submitted = responses.submit(
                capsule.id,
                { id: id(answer.id), version: 1, block: 'poll', value: [answer.choice] },
                `visitor-${answer.visitor}`,
              )
              expect(await codeOf(submitted)).toBe(expected)
            }),
          )
          const totals = responses.totals(capsule.id, 'poll')
          expect(totals.total).toBe(stored.size)
          for (const choice of ['a', 'b']) {
            expect(totals.choices[choice] ?? 0).toBe([...stored.values()].filter((one) => one === choice).length)
          }
          expect(responses.list(capsule.id, { limit: 100 }).items).toHaveLength(stored.size)
        },
      ),
      { numRuns: 60 },
    )
  })

  test('an answer to what is not there, or not taken, is refused', async () => {
    const { capsules, publications, responses, organizationId } = await setup()
    const capsule = await capsules.create(organizationId, { title: 'Poll', draft: pollDocument() })
    const submit = (over: object) =>
      codeOf(responses.submit(capsule.id, { id: id(1), version: 1, block: 'poll', value: ['a'], ...over }, 'v'))
    expect(await submit({})).toBe('not-found')
    await publications.publish(organizationId, capsule.id, 'usr')
    expect(await submit({ version: 2 })).toBe('not-found')
    expect(await submit({ block: 'other' })).toBe('not-found')
    expect(await submit({ value: ['c'] })).toBe('invalid')
    expect(await submit({ id: 'short' })).toBe('invalid')
    await publications.unpublish(organizationId, capsule.id)
    expect(await submit({})).toBe('not-found')
  })
})

test('every statement of this module has an index', async () => {
  const { plans, capsules, publications, responses, organizationId } = await setup()
  const capsule = await capsules.create(organizationId, { title: 'Poll', draft: pollDocument() })
  await publications.publish(organizationId, capsule.id, 'usr')
  await responses.submit(capsule.id, { id: 'answer-0123456789', version: 1, block: 'poll', value: ['a'] }, 'v')
  responses.own(capsule.id, 'v', 1)
  responses.list(capsule.id, { limit: 10, cursor: 'a' })
  responses.list(capsule.id, { limit: 10, block: 'poll' })
  capsules.list(organizationId, { limit: 5, cursor: 'x' })
  capsules.list(organizationId, { limit: 5, state: 'draft' })
  publications.versions(organizationId, capsule.id, 5, 3)
  publications.at(organizationId, 'nothing')
  await publications.restore(organizationId, capsule.id, 1)
  await capsules.change(organizationId, capsule.id, { slug: 'new-one', title: 'New' })
  await capsules.move(organizationId, capsule.id, 'delete')
  expect(plans.count).toBeGreaterThan(20)
  expect(plans.scans()).toEqual([])
})

import { expect, test } from 'bun:test'
import { Type } from '@sinclair/typebox'
import { newOrganizationId } from '../../src/db/ids.ts'
import { openMemoryDatabases } from '../../src/db/memory.ts'
import { defineOperation } from '../../src/db/operation.ts'
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
const choices = [
  { id: 'a', text: 'A' },
  { id: 'b', text: 'B' },
]

test('a page of one block looks at so many answers at most, and goes on from there', async () => {
  const db = openMemoryDatabases({
    modules: [
      { migrations: mediaMigrations, operations: mediaOperations },
      { migrations: capsuleMigrations, operations: capsuleOperations },
      { migrations: { module: 'test', directory: [], shard: [] }, operations: [place] },
    ],
  })
  const organizationId = newOrganizationId()
  await db.write(place, organizationId, {})
  const [documents, capsules] = [new Documents(db), new Capsules(db)]
  const publications = new Publications(db, capsules, documents)
  const responses = new Responses(db, documents, () => false, 4)
  const blocks = ['crowded', 'rare'].map((id) => ({
    id,
    type: 'poll',
    question: 'Which?',
    choices,
    oncePerVisitor: false,
  }))
  const capsule = await capsules.create(organizationId, {
    title: 'Poll',
    draft: { format: 1, pages: [{ id: 'start', blocks }] },
  })
  await publications.publish(organizationId, capsule.id, 'usr')
  const idOf = (n: number) => `answer-${String(n).padStart(10, '0')}`
  for (let n = 0; n < 11; n++) {
    const block = n === 2 || n === 9 ? 'rare' : 'crowded'
    await responses.submit(capsule.id, { id: idOf(n), version: 1, block, value: ['a'] }, 'v')
  }
  const pages: string[][] = []
  let cursor: string | null | undefined
  while (cursor !== null) {
    const page = responses.list(capsule.id, { limit: 10, block: 'rare', cursor })
    pages.push(page.items.map(({ id }) => id))
    cursor = page.nextCursor
  }
  expect(pages).toEqual([[idOf(2)], [], [idOf(9)]])
  const first = responses.list(capsule.id, { limit: 2, block: 'crowded' })
  expect(first.items.map(({ id }) => id)).toEqual([idOf(0), idOf(1)])
  const next = responses.list(capsule.id, { limit: 10, block: 'crowded', cursor: first.nextCursor ?? undefined })
  expect(next.items.map(({ id }) => id)).toEqual([idOf(3), idOf(4), idOf(5)])
})

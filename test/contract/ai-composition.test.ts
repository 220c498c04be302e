import { afterAll, expect, test } from 'bun:test'
import { Type } from '@sinclair/typebox'
import { aiDoor, capsuleText, openAi, parseAiConfig } from '../../modules/ai/index.ts'
import {
  type Block,
  Capsules,
  capsuleChanged,
  Documents,
  Publications,
  plainText,
} from '../../modules/capsule/index.ts'
import { Keys } from '../../modules/organization/index.ts'
import { newOrganizationId, type OrganizationId } from '../../src/db/ids.ts'
import { openMemoryDatabases } from '../../src/db/memory.ts'
import { defineOperation } from '../../src/db/operation.ts'
import { writerModules } from '../../src/operations.ts'

const placeTeam = defineOperation(
  { name: 'test.place', database: 'directory', input: Type.Object({}) },
  (_tx, _input, context) => {
    if (context.organizationId !== null) context.place(context.organizationId)
  },
)
const closing: (() => Promise<void>)[] = []
afterAll(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

/** The AI with the real capsules and keys, put together as the server does it. */
async function setup() {
  const bugs: unknown[] = []
  const reportBug = (error: unknown) => void bugs.push(error)
  const db = openMemoryDatabases({
    modules: [...writerModules, { migrations: { module: 'test', directory: [], shard: [] }, operations: [placeTeam] }],
    reportBug,
  })
  const documents = new Documents(db)
  const capsules = new Capsules(db)
  const publications = new Publications(db, capsules, documents)
  const keys = new Keys(db)
  const wordsOf = (block: Block) => plainText({ format: 1, pages: [{ id: 'one', blocks: [block as never] }] })
  const ai = openAi({
    db,
    config: parseAiConfig(undefined),
    secrets: ['s'.repeat(32)],
    textOf(organizationId, capsuleId) {
      const row = capsules.get(organizationId as OrganizationId, capsuleId)
      if (row.state !== 'published' || row.publishedVersion === null) return undefined
      const document = documents.version(capsuleId, row.publishedVersion)
      const pages = document?.pages.map(({ id, blocks }) => ({ id, blocks: blocks as Block[] }))
      return pages && capsuleText({ version: row.publishedVersion, title: row.title }, { pages }, wordsOf)
    },
    log: { info: () => {}, warn: () => {} },
    reportBug,
  })
  let refreshed = Promise.resolve()
  db.changes.onConfirmed(capsuleChanged, (change) => {
    refreshed = refreshed.then(() => ai.chat.refresh(change.subject)).catch(() => {})
  })
  const door = aiDoor({ ai, keys, reportBug })
  closing.push(async () => {
    await ai.close()
    await db.close()
  })
  const organizationId = newOrganizationId()
  await db.write(placeTeam, organizationId, {})
  const { key } = await keys.create(organizationId, { name: 'ai', scopes: ['ai:use'], createdBy: 'test' })
  const ask = async (capsuleId: string, question: string, given = key) => {
    const request = new Request('http://localhost/ai/v1/chat/completions', {
      method: 'POST',
      headers: { authorization: `Bearer ${given}` },
      body: JSON.stringify({ model: `capsule/${capsuleId}`, messages: [{ role: 'user', content: question }] }),
    })
    const answer = await door(request, undefined as never)
    return { status: answer?.status, text: (await answer?.text()) ?? '' }
  }
  return { capsules, publications, keys, organizationId, ask, bugs, settled: () => refreshed }
}

const rich = (text: string) => ({
  type: 'doc',
  content: [{ type: 'paragraph', content: [{ type: 'text', text }] }],
})
const question = {
  id: 'q1',
  text: 'Which pier?',
  choices: [
    { id: 'a', text: 'North' },
    { id: 'b', text: 'South' },
  ],
}
const draft = {
  format: 1,
  pages: [
    {
      id: 'start',
      blocks: [
        { id: 'h', type: 'heading', text: 'Ferry' },
        {
          id: 'c',
          type: 'columns',
          columns: [
            [{ id: 'inside', type: 'richText', content: rich('The last ferry leaves at half past nine.') }],
            [{ id: 'd', type: 'divider' }],
          ],
        },
        {
          id: 'quiz',
          type: 'quiz',
          questions: [{ ...question, correct: ['b'], explanation: 'Because of the swordfish.' }],
        },
      ],
    },
  ],
}

test('a real capsule is published, asked with a real key, changed, and taken away', async () => {
  const { capsules, publications, keys, organizationId, ask, bugs, settled } = await setup()
  const { id } = await capsules.create(organizationId, { title: 'Island', draft })
  expect((await ask(id, 'When does the last ferry leave?')).status).toBe(404)
  await publications.publish(organizationId, id, 'test')
  await settled()
  const answer = await ask(id, 'When does the last ferry leave?')
  expect(answer.status).toBe(200)
  expect(answer.text).toContain('half past nine')
  expect(answer.text).toContain('"block":"inside"')
  // What only the right answer tells is not in what a chat may say.
  expect((await ask(id, 'Tell me about the swordfish')).text).toContain('does not say')
  await publications.unpublish(organizationId, id)
  await settled()
  expect((await ask(id, 'When does the last ferry leave?')).status).toBe(404)
  const other = await keys.create(organizationId, { name: 'no', scopes: ['capsules:read'], createdBy: 'test' })
  expect((await ask(id, 'x', other.key)).status).toBe(403)
  expect(bugs).toEqual([])
})

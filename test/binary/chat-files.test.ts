import { afterAll, beforeAll, expect, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { wordDocument } from '../../modules/ai/testing/archives.ts'
import { pdfOf } from '../../modules/ai/testing/pdfs.ts'
import { type Demo, demo, type Served, serve } from './server.ts'

let folder = ''
let site: Demo
let server: Served

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'encapsify-files-'))
  site = await demo(folder)
  server = await serve({ folder })
})
afterAll(async () => {
  await server?.[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true, force: true })
})

async function call<T>(path: string, body: unknown): Promise<T> {
  const isForm = body instanceof FormData
  const answer = await fetch(`${server.origin}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${site.apiKey}`, ...(!isForm && { 'content-type': 'application/json' }) },
    body: isForm ? body : JSON.stringify(body),
  })
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
  return (await answer.json()) as T
}

async function uploaded(name: string, bytes: Uint8Array): Promise<string> {
  const form = new FormData()
  form.set('file', new File([new Uint8Array(bytes)], name))
  return (await call<{ id: string }>('/api/v1/assets', form)).id
}

test('a chat of the executable answers from a PDF and a Word document of its capsule', async () => {
  const terms = await uploaded('terms.pdf', pdfOf([['Bicycles are returned before nine in the evening.']]))
  const offer = await uploaded('offer.docx', wordDocument([{ text: 'A kayak costs 35 euros a day.' }]))
  const blocks = [
    { id: 'terms', type: 'file', asset: terms, title: 'Terms' },
    { id: 'offer', type: 'file', asset: offer, title: 'Offer' },
  ]
  const draft = { format: 1, pages: [{ id: 'start', blocks }] }
  const capsule = await call<{ id: string }>('/api/v1/capsules', { title: 'By the lake', draft })
  await call(`/api/v1/capsules/${capsule.id}/publication`, {})
  const ask = async (content: string) => {
    const messages = [{ role: 'user', content }]
    const answer = await call<{ choices: [{ message: { content: string } }] }>('/ai/v1/chat/completions', {
      ...{ model: `capsule/${capsule.id}`, messages },
    })
    return answer.choices[0].message.content
  }
  // Files are read by a job of the publication; the runner's deadline is the bound.
  while (!(await ask('How much is a kayak?')).includes('35 euros')) await Bun.sleep(50)
  expect(await ask('When is a bicycle returned?')).toContain('before nine in the evening')
}, 60_000)

import { readFileSync } from 'node:fs'
import { pdfOf } from '../../modules/ai/testing/pdfs.ts'
import { percentile } from '../budgets/budgets.ts'
import { report } from './report.ts'
import { cpuMs, type Demo, type Server } from './servers.ts'

const pages = 500
/** So many that a page is cut into some twelve passages. */
const paragraphsOfPage = 18
/** As long as a file of so many pages may take to be read on a busy machine. */
const readMsMax = 120_000

/**
 * How long a question to a capsule that shows a document of 500 pages takes without any provider, through the server's door: from the
 * question to the last byte of the quoted answer. Each comes from another visitor, one after another.
 */
export async function extracts(server: Server, demo: Demo): Promise<void> {
  const lines = readFileSync('modules/ai/testing/almanac.md', 'utf8').trim().split('\n')
  const texts = lines.filter((line) => line !== '' && !/^[?#]/.test(line)).map(plain)
  const questions = lines.filter((line) => line.startsWith('? ')).map((line) => line.slice(2))
  const capsule = await publishDocument(server, demo, texts)
  const startedMs = performance.now()
  while (!(await ask(server, capsule, questions[0] ?? '', 0)).includes('"block":"book"')) {
    if (performance.now() - startedMs > readMsMax) throw new Error('The document was not read.')
    await Bun.sleep(500)
  }
  const took: number[] = []
  const beforeMs = cpuMs(server.pid)
  for (const [n, question] of questions.entries()) {
    const askedMs = performance.now()
    await ask(server, capsule, question, n + 1)
    took.push(performance.now() - askedMs)
  }
  const eachMs = (cpuMs(server.pid) - beforeMs) / questions.length
  report({
    name: 'AI chat, extractive answer over 500 pages: p95',
    value: percentile(took, 0.95),
    unit: 'ms',
    bar: { kind: 'most', value: 50 },
    note: `p50 ${percentile(took, 0.5).toFixed(1)} ms; CPU ${eachMs.toFixed(1)} ms an answer`,
  })
}

async function publishDocument(server: Server, demo: Demo, texts: readonly string[]): Promise<string> {
  const headers = { authorization: `Bearer ${demo.apiKey}` }
  const document = Array.from({ length: pages }, (_, page) =>
    Array.from({ length: paragraphsOfPage }, (_, n) => {
      const at = page * paragraphsOfPage + n
      return `${texts[at % texts.length]} ${texts[(at * 7 + 3) % texts.length]}`
    }),
  )
  const body = new FormData()
  body.set('file', new File([new Uint8Array(pdfOf(document))], 'book.pdf', { type: 'application/pdf' }))
  const asset = await made(await fetch(`${server.origin}/api/v1/assets`, { method: 'POST', body, headers }))
  const blocks = [{ id: 'book', type: 'file', asset, title: 'The whole book' }]
  const draft = { format: 1, pages: [{ id: 'one', title: 'Book', blocks }] }
  const capsule = await made(
    await fetch(`${server.origin}/api/v1/capsules`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify({ title: 'A long capsule', draft }),
    }),
  )
  const published = await fetch(`${server.origin}/api/v1/capsules/${capsule}/publication`, { method: 'POST', headers })
  if (!published.ok) throw new Error(await published.text())
  return capsule
}

/** The whole answer. Visitors come from networks of their own: one may ask only so much. */
async function ask(server: Server, capsule: string, question: string, visitor: number): Promise<string> {
  const answer = await fetch(`${server.origin}/api/v1/capsules/${capsule}/questions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'fly-client-ip': `198.51.100.${visitor % 250}` },
    body: JSON.stringify({ question }),
  })
  if (!answer.ok) throw new Error(await answer.text())
  return answer.text()
}

async function made(answer: Response): Promise<string> {
  if (answer.status !== 201) throw new Error(await answer.text())
  return ((await answer.json()) as { id: string }).id
}

/** What a PDF's usual font has letters for. */
function plain(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/[’‘]/g, "'")
    .replace(/[^\x20-\x7e]/g, '')
}

import { readFileSync } from 'node:fs'
import { openHouse } from '../../modules/ai/testing/house.ts'
import { report } from './report.ts'

const pages = 500
const blocksOfPage = 12

/** How long a question to a capsule of 500 pages takes without any provider, from the question to the whole answer. */
export async function extracts(): Promise<void> {
  const lines = readFileSync('modules/ai/testing/almanac.md', 'utf8').trim().split('\n')
  const texts = lines.filter((line) => !/^[?#]/.test(line))
  const questions = lines.filter((line) => line.startsWith('? ')).map((line) => line.slice(2))
  const house = openHouse(undefined)
  try {
    const { organizationId } = await house.team()
    const blocks = Array.from({ length: pages * blocksOfPage }, (_, n) => ({
      id: `b${n}`,
      page: `p${Math.floor(n / blocksOfPage)}`,
      kind: 'text' as const,
      text: `${texts[n % texts.length]} ${texts[(n * 7 + 3) % texts.length]}`,
    }))
    const capsuleId = await house.capsule(organizationId, { title: 'A long capsule', blocks })
    const took: number[] = []
    for (const [n, question] of questions.entries()) {
      const startedMs = performance.now()
      const { signal } = new AbortController()
      for await (const _ of house.ai.chat.open({ capsuleId, question, visitor: `v${n}`, signal }));
      took.push(performance.now() - startedMs)
    }
    const p95 = took.sort((a, z) => a - z)[Math.floor(took.length * 0.95)] ?? 0
    const bar = { kind: 'most', value: 50 } as const
    report({ name: 'AI chat, extractive answer over 500 pages: p95', value: p95, unit: 'ms', bar })
  } finally {
    await house.close()
  }
}

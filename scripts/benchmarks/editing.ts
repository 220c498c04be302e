import { chromium, type Frame, type Page } from 'playwright-core'
import { percentile } from '../budgets/budgets.ts'
import { report } from './report.ts'
import type { Demo, Server } from './servers.ts'

const blocks = 200
const cpuSlowdown = 4
/** Below this the browser tells of no event: such an interaction counts as so long. */
const observedMs = 16

interface Interaction {
  readonly id: number
  readonly durationMs: number
}

interface EventTiming extends PerformanceEntry {
  readonly interactionId: number
}

/** From a key or click to the next paint, in the editor of a capsule of 200 blocks, with the CPU slowed down four times. */
export async function editing(server: Server, made: Demo): Promise<void> {
  const id = await capsuleOf(server, made.apiKey)
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--headless', '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
  })
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } })
    const origin = server.origin.replace('127.0.0.1', 'localhost')
    await page.goto(`${origin}/studio/sign-in`)
    await page.getByLabel('E-mail address').fill(made.email)
    await page.getByLabel('Password').fill(made.password)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('heading', { name: 'Capsules' }).waitFor()
    await page.goto(`${origin}/studio/o/${made.organization}/capsules/${id}`)
    await page
      .frameLocator('iframe.canvas')
      .locator(`[data-block-id=b${blocks - 1}]`)
      .waitFor()
    const canvas = page.frames().find((frame) => frame.parentFrame() !== null && frame.name() !== 'preview')
    if (canvas === undefined) throw new Error('The editor has no canvas.')
    const session = await page.context().newCDPSession(page)
    await session.send('Emulation.setCPUThrottlingRate', { rate: cpuSlowdown })
    for (const frame of [page.mainFrame(), canvas]) await observe(frame)
    await edit(page)
    const durations: number[] = []
    for (const frame of [page.mainFrame(), canvas]) durations.push(...(await interactions(frame)))
    report({
      name: `editing ${blocks} blocks, 4 × CPU: interaction to next paint p95`,
      value: percentile(durations, 0.95),
      unit: 'ms',
      bar: { kind: 'most', value: 100 },
      note: `p50 ${percentile(durations, 0.5)} ms, longest ${Math.max(...durations)} ms, ${durations.length} interactions`,
    })
  } finally {
    await browser.close()
  }
}

async function capsuleOf(server: Server, apiKey: string): Promise<string> {
  const text = (words: string) => ({
    type: 'doc',
    content: [{ type: 'paragraph', content: [{ type: 'text', text: words }] }],
  })
  const draft = {
    format: 1,
    pages: [
      {
        id: 'one',
        title: 'Long',
        blocks: Array.from({ length: blocks }, (_, n) =>
          n % 4 === 0
            ? { id: `b${n}`, type: 'heading', text: `Part ${n / 4 + 1}` }
            : {
                id: `b${n}`,
                type: 'richText',
                content: text(`Paragraph ${n}, of a length that paragraphs usually have. `.repeat(4)),
              },
        ),
      },
    ],
  }
  const answer = await fetch(`${server.origin}/api/v1/capsules`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${apiKey}` },
    body: JSON.stringify({ title: 'Long', draft }),
  })
  if (!answer.ok) throw new Error(await answer.text())
  return ((await answer.json()) as { id: string }).id
}

/** What an author does: clicks into texts and writes, moves blocks, adds some, takes back and does again, opens panels. */
async function edit(page: Page): Promise<void> {
  const canvas = page.frameLocator('iframe.canvas')
  for (const n of [1, 41, 101, 150]) {
    await canvas.locator(`[data-block-id=b${n}]`).click()
    await page.keyboard.type('Words that somebody writes here. ', { delay: 60 })
  }
  for (let n = 0; n < 3; n++) {
    await canvas.locator(`[data-block-id=b${n * 60 + 4}]`).click()
    await page.keyboard.press('Escape')
    await page.keyboard.press('Alt+ArrowDown')
    await page.keyboard.press('Alt+ArrowUp')
  }
  for (let n = 0; n < 10; n++) await page.keyboard.press('Control+z', { delay: 40 })
  for (let n = 0; n < 10; n++) await page.keyboard.press('Control+Shift+z', { delay: 40 })
  for (const name of ['Theme', 'Block', 'Theme', 'Block']) {
    await page.locator('.inspector').getByRole('radio', { name }).click()
  }
}

async function observe(frame: Frame): Promise<void> {
  await frame.evaluate((least) => {
    const seen: Interaction[] = []
    Reflect.set(globalThis, 'interactions', seen)
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as EventTiming[]) {
        if (entry.interactionId > 0) seen.push({ id: entry.interactionId, durationMs: entry.duration })
      }
    }).observe({ type: 'event', durationThreshold: least } as PerformanceObserverInit)
  }, observedMs)
}

/** The longest event of each interaction; those that the browser did not tell of were as short as it need not. */
async function interactions(frame: Frame): Promise<number[]> {
  const { seen, count } = await frame.evaluate(() => ({
    seen: Reflect.get(globalThis, 'interactions') as Interaction[],
    count: (performance as Performance & { interactionCount?: number }).interactionCount ?? 0,
  }))
  const longest = new Map<number, number>()
  for (const { id, durationMs } of seen) longest.set(id, Math.max(longest.get(id) ?? 0, durationMs))
  const unseen = Math.max(0, count - longest.size)
  return [...longest.values(), ...Array.from({ length: unseen }, () => observedMs)]
}

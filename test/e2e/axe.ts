import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { stillness } from './harness.ts'

const axe = readFileSync('node_modules/axe-core/axe.min.js', 'utf8')

/** What axe finds on a page that stands still, frames apart: the rule and the element. */
export async function faultsOf(page: Page): Promise<string[]> {
  await stillness(page)
  await page.evaluate(axe)
  const { violations } = (await page.evaluate('axe.run({ resultTypes: ["violations"], iframes: false })')) as {
    violations: { id: string; nodes: { html: string }[] }[]
  }
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`))
}

import { afterAll, beforeAll, expect, test } from 'bun:test'
import fc from 'fast-check'
import { siteOrigin, visitorSite } from '../../test/fixtures/visitor-site.ts'

let site: Awaited<ReturnType<typeof visitorSite>>
beforeAll(async () => {
  site = await visitorSite()
})
afterAll(() => site.close())

const document = (version: number) => ({ format: 1, pages: [{ id: 'start', title: `Version ${version}`, blocks: [] }] })
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('open' as const), which: fc.nat(1) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('publish' as const), which: fc.nat(1) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('rename' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('wait' as const) }) },
)
let runs = 0

test('who opens a page after a publication or a new name was acknowledged sees it, whatever happens meanwhile', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
      const run = ++runs
      const ids = [await site.publish(`first-${run}`, document(1)), await site.publish(`second-${run}`, document(1))]
      const [written, acknowledged] = [
        [1, 1],
        [1, 1],
      ]
      let [nameWritten, nameAcknowledged] = [run * 1_000, 0]
      const under: Promise<void>[] = []
      const open = async (which: number) => {
        const [leastVersion, leastName] = [acknowledged[which] ?? 1, nameAcknowledged]
        const answer = await site.handle(new Request(`${siteOrigin}/north/${which === 0 ? 'first' : 'second'}-${run}`))
        const html = await answer.text()
        expect(Number(/<h1>Version (\d+)/.exec(html)?.[1])).toBeGreaterThanOrEqual(leastVersion)
        const name = Number(/<footer class="frame"><p>Team (\d+)/.exec(html)?.[1] ?? 0)
        expect(name).toBeGreaterThanOrEqual(leastName)
      }
      const publish = async (which: number) => {
        const version = (written[which] ?? 1) + 1
        written[which] = version
        const id = ids[which] ?? ''
        await site.capsules.saveDraft(site.organization.id, id, null, document(version))
        await site.publications.publish(site.organization.id, id, 'usr_test')
        acknowledged[which] = Math.max(acknowledged[which] ?? 1, version)
      }
      const rename = async () => {
        const name = ++nameWritten
        await site.organizations.change(site.organization.id, { name: `Team ${name}` })
        nameAcknowledged = Math.max(nameAcknowledged, name)
      }
      for (const one of steps) {
        if (one.do === 'open') under.push(open(one.which))
        else if (one.do === 'publish') under.push(publish(one.which))
        else if (one.do === 'rename') under.push(rename())
        else await Promise.all(under.splice(0))
      }
      await Promise.all(under)
      await Promise.all([open(0), open(1)])
    }),
    { numRuns: 40 },
  )
}, 120_000)

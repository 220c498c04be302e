import { Elysia } from 'elysia'
import { jsonBody } from '../../../src/http/json-body.ts'
import { problems } from '../../../src/http/problem.ts'
import { type Access, type AccessControl, accessPlugin } from '../../organization/index.ts'
import { aiRoutes } from '../routes.ts'
import { openHouse } from './house.ts'
import { startMockProvider } from './mock-provider.ts'

/** Two organizations, a provider of the operator's and one that the first of them may bring. */
export async function ownHouse(own: object = { private: true }) {
  const operators = startMockProvider()
  const brought = startMockProvider()
  const routes = [{ provider: 'operators', model: 'm' }]
  const house = openHouse({
    providers: { operators: { url: operators.url } },
    models: { shared: { routes }, theirs: { routes } },
    chat: 'theirs',
    own,
  })
  const team = await house.team()
  const other = await house.team()
  let who = team
  const control: Pick<AccessControl, 'resolve'> = {
    resolve: async (): Promise<Access> => ({
      organizationId: who.organizationId,
      by: { kind: 'key', keyId: who.keyId, scopes: ['organization:write', 'ai:use'] },
    }),
  }
  const app = new Elysia({ normalize: false })
    .use(problems({ reportBug: (error) => void house.bugs.push(error), methodsAt: () => [] }))
    .use(jsonBody())
    .use(aiRoutes({ access: accessPlugin(control as AccessControl), ai: house.ai, db: house.db }))
  const call = async (method: string, path: string, body?: unknown) => {
    const answer = await app.handle(
      new Request(`http://localhost/api/v1/ai${path}`, {
        method,
        ...(body !== undefined && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
      }),
    )
    const text = await answer.text()
    return { status: answer.status, body: (text === '' ? {} : JSON.parse(text)) as Record<string, unknown> }
  }
  const provider = () => ({
    ...{ name: 'Ours', kind: 'openai', url: brought.url, key: 'sk-own-secret-1234' },
    ...{ models: [{ name: 'mine' }], chat: 'mine' as string | null },
  })
  const origin = house.serve()
  const asking = (key: string) => ({ authorization: `Bearer ${key}` })
  return {
    ...{ house, team, other, operators, own: brought, call, provider },
    add: (fields: object = {}) => call('POST', '/providers', { ...provider(), ...fields }),
    ask: (model: string, key = team.key) =>
      fetch(`${origin}/ai/v1/chat/completions`, {
        method: 'POST',
        headers: asking(key),
        body: JSON.stringify({ model, messages: [{ role: 'user', content: 'Hi' }] }),
      }),
    async models() {
      const answer = await fetch(`${origin}/ai/v1/models`, { headers: asking(team.key) })
      return ((await answer.json()) as { data: { id: string }[] }).data.map(({ id }) => id)
    },
    /** From now on the API is asked by the other organization. */
    asOther() {
      who = other
    },
    async close() {
      await house.close()
      await operators.close()
      await brought.close()
    },
  }
}

import { openHouse } from './house.ts'
import { startMockProvider } from './mock-provider.ts'
import { settingsApi } from './settings-api.ts'

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
  const call = settingsApi(house, () => ({
    organizationId: who.organizationId,
    by: { kind: 'key', keyId: who.keyId, scopes: ['organization:write', 'ai:use'] },
  }))
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

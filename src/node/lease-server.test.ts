import { afterEach, expect, test } from 'bun:test'
import { type LeaseAnswers, LeaseServer } from './lease-server.ts'

/** What LiteFS' Consul client sends (hashicorp/consul/api v1.11) and how it reads the answers. */
let server: LeaseServer | undefined
afterEach(() => server?.close())

function serve(answers: Partial<LeaseAnswers> = {}) {
  const asked: string[] = []
  server = new LeaseServer({
    clusterId: 'LFSC0123456789ABCDEF',
    primary: () => null,
    acquire: async (session) => asked.push(`acquire ${session}`) > 0,
    renew: async (session) => asked.push(`renew ${session}`) > 0,
    released: (session) => void asked.push(`released ${session}`),
    ...answers,
  })
  const { url } = server
  const send = (method: string, path: string, body?: string) =>
    fetch(url + path, { method, ...(body !== undefined && { body }) })
  return { asked, send }
}

const valueIn = async (answer: Response) => {
  const [pair] = (await answer.json()) as { Value: string }[]
  return Buffer.from(pair?.Value ?? '', 'base64').toString()
}

test('a session is made, used, renewed and destroyed', async () => {
  const { asked, send } = serve()
  const { ID } = (await (await send('PUT', '/v1/session/create', '{}')).json()) as { ID: string }
  expect(await (await send('PUT', `/v1/kv/litefs/primary?acquire=${ID}`, '{}')).text()).toBe('true')
  expect(((await (await send('PUT', `/v1/session/renew/${ID}`)).json()) as { ID: string }[])[0]?.ID).toBe(ID)
  expect(await (await send('PUT', `/v1/kv/litefs/primary?release=${ID}`)).text()).toBe('true')
  expect(await (await send('PUT', `/v1/session/destroy/${ID}`)).text()).toBe('true')
  expect(asked).toEqual([`acquire ${ID}`, `renew ${ID}`, `released ${ID}`])
})

test('G27 a refusal is what LiteFS takes for one', async () => {
  const { send } = serve({ acquire: async () => false, renew: async () => false })
  expect(await (await send('PUT', '/v1/kv/litefs/primary?acquire=s', '{}')).text()).toBe('false')
  // 404: the lease is over. Any other fault would be asked again.
  expect((await send('PUT', '/v1/session/renew/s')).status).toBe(404)
})

test('G11 a primary is named with the way to its stream, or nobody is', async () => {
  const { send } = serve()
  expect((await send('GET', '/v1/kv/litefs/primary')).status).toBe(404)
  server?.close()
  const other = serve({ primary: () => ({ node: 'b', url: 'http://127.0.0.1:5' }) })
  expect(JSON.parse(await valueIn(await other.send('GET', '/v1/kv/litefs/primary')))).toEqual({
    hostname: 'b',
    'advertise-url': 'http://127.0.0.1:5',
  })
})

test("the cluster's id is known and cannot be set to another", async () => {
  const { send } = serve()
  expect(await valueIn(await send('GET', '/v1/kv/litefs/primary/clusterid'))).toBe('LFSC0123456789ABCDEF')
  await send('PUT', '/v1/kv/litefs/primary/clusterid', 'LFSCother')
  expect(await valueIn(await send('GET', '/v1/kv/litefs/primary/clusterid'))).toBe('LFSC0123456789ABCDEF')
})

test('whatever else is asked changes nothing', async () => {
  const { asked, send } = serve()
  for (const [method, path] of [
    ['DELETE', '/v1/kv/litefs/primary'],
    ['PUT', '/v1/kv/other?acquire=s'],
    ['PUT', '/v1/session/renew/'],
    ['GET', '/'],
  ] as const) {
    await send(method, path)
  }
  expect(asked).toEqual([])
})

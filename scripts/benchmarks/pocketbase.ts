import { pocketBase } from '../tools.ts'
import { type Server, start } from './servers.ts'

export interface Peer extends AsyncDisposable {
  readonly server: Server
  readonly record: string
  readonly create: string
}

/** PocketBase with one collection that anybody may read and create in: nothing to authorise, the easiest case for it. */
export async function startPeer(folder: string): Promise<Peer | undefined> {
  const binary = await pocketBase()
  if (binary === undefined) return undefined
  const dir = `--dir=${folder}/pb`
  const email = 'bench@example.com'
  const password = crypto.randomUUID()
  const upsert = Bun.spawn([binary, 'superuser', 'upsert', email, password, dir], {
    stdout: 'ignore',
    stderr: 'inherit',
  })
  if ((await upsert.exited) !== 0) throw new Error('PocketBase did not take a superuser.')
  const port = 3_912
  const server = await start([binary, 'serve', `--http=127.0.0.1:${port}`, dir], { port, folder, ready: '/api/health' })
  const token = await json(`${server.origin}/api/collections/_superusers/auth-with-password`, {
    identity: email,
    password,
  }).then((answer) => String(answer.token))
  const field = (name: string) => ({ name, type: 'text', max: 0 })
  await json(
    `${server.origin}/api/collections`,
    {
      name: 'responses',
      type: 'base',
      viewRule: '',
      createRule: '',
      fields: [field('capsule'), field('block'), field('value')],
      indexes: ['CREATE INDEX idx_capsule ON responses (capsule)'],
    },
    token,
  )
  const create = `${server.origin}/api/collections/responses/records`
  const made = await json(create, { capsule: 'cap_1', block: 'poll', value: '["a"]' })
  return {
    server,
    create,
    record: `${create}/${String(made.id)}`,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
}

async function json(url: string, body: object, token?: string): Promise<Record<string, unknown>> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token && { authorization: token }) },
    body: JSON.stringify(body),
  })
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}: ${await answer.text()}`)
  return (await answer.json()) as Record<string, unknown>
}

import { Elysia } from 'elysia'
import { jsonBody } from '../../../src/http/json-body.ts'
import { problems } from '../../../src/http/problem.ts'
import { type Access, type AccessControl, accessPlugin } from '../../organization/index.ts'
import { aiRoutes } from '../routes.ts'
import type { openHouse } from './house.ts'

/** Asks the routes under `/api/v1/ai` as whoever `access` names at that moment; an answer without a body is `{}`. */
export function settingsApi(house: ReturnType<typeof openHouse>, access: () => Access) {
  const control: Pick<AccessControl, 'resolve'> = { resolve: async () => access() }
  const app = new Elysia({ normalize: false })
    .use(problems({ reportBug: (error) => void house.bugs.push(error), methodsAt: () => [] }))
    .use(jsonBody())
    .use(aiRoutes({ access: accessPlugin(control as AccessControl), ai: house.ai, db: house.db }))
  return async (method: string, path: string, body?: unknown) => {
    const answer = await app.handle(
      new Request(`http://localhost/api/v1/ai${path}`, {
        method,
        ...(body !== undefined && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
      }),
    )
    const text = await answer.text()
    return { status: answer.status, body: (text === '' ? {} : JSON.parse(text)) as Record<string, unknown> }
  }
}

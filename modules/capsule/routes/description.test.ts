import { expect, test } from 'bun:test'
import { Elysia } from 'elysia'
import { description } from '../../../src/http/openapi.ts'
import { openHouse, origin } from '../../../test/fixtures/capsule-house.ts'
import { capsuleRoutes } from '../routes.ts'

interface Described {
  readonly paths: Record<string, Record<string, { operationId: string; responses: Record<string, unknown> }>>
  readonly components: {
    readonly schemas: Record<string, unknown>
    readonly responses: Record<string, { readonly content: object }>
  }
}

test('every address is described, with its answers, and what it refers to is there', async () => {
  const app = new Elysia({ normalize: false }).use(capsuleRoutes(await openHouse())).use(description(origin))
  const answer = await app.handle(new Request(`${origin}/api/openapi.json`))
  const text = await answer.text()
  const { paths, components } = JSON.parse(text) as Described
  const operations = Object.values(paths).flatMap((methods) => Object.values(methods))
  const routes = app.routes.filter((route) => route.path.startsWith('/api/v1/'))
  expect(routes.length).toBeGreaterThan(20)
  expect(operations).toHaveLength(routes.length)
  expect(new Set(operations.map((operation) => operation.operationId)).size).toBe(operations.length)
  for (const { responses } of operations) {
    expect(Object.keys(responses).some((status) => status.startsWith('2'))).toBe(true)
    expect(responses.default).toEqual({ $ref: '#/components/responses/problem' })
  }
  expect(components.responses.problem?.content).toHaveProperty(['application/problem+json'])
  for (const [, name] of text.matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)) {
    expect(Object.keys(components.schemas)).toContain(name ?? '')
  }
})

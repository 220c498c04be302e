import { expect, test } from 'bun:test'
import { Elysia } from 'elysia'
import { description } from '../../src/http/openapi.ts'
import { setUpIdentity } from '../../test/fixtures/identity.ts'
import { identityRoutes } from './index.ts'

interface Described {
  readonly paths: Record<
    string,
    Record<string, { operationId: string; requestBody?: object; responses: Record<string, object>; tags: string[] }>
  >
}

test('every route is described with its body and its answers', async () => {
  const { identity, close } = await setUpIdentity()
  const app = new Elysia({ normalize: false }).use(identityRoutes(identity)).use(description('http://localhost'))
  const { paths } = (await (await app.handle(new Request('http://localhost/api/openapi.json'))).json()) as Described
  const routes = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, route]) => ({ name: `${method} ${path}`, ...route })),
  )
  expect(routes.map(({ name }) => name).sort()).toEqual(
    [
      'get /api/auth/get-session',
      'get /api/auth/list-sessions',
      'post /api/auth/change-password',
      'post /api/auth/delete-user',
      'post /api/auth/get-session',
      'post /api/auth/request-password-reset',
      'post /api/auth/reset-password',
      'post /api/auth/revoke-other-sessions',
      'post /api/auth/revoke-session',
      'post /api/auth/sign-in/email',
      'post /api/auth/sign-out',
      'post /api/auth/sign-up/email',
      'post /api/auth/update-user',
    ].sort(),
  )
  expect(new Set(routes.map(({ operationId }) => operationId)).size).toBe(routes.length)
  for (const route of routes) {
    expect(route.tags).toEqual(['Identity'])
    expect(Object.keys(route.responses)).toContain('200')
  }
  const signUp = JSON.stringify(paths['/api/auth/sign-up/email']?.post)
  for (const part of ['"password"', '"minLength":8', '"additionalProperties":false', '"409"', '"429"']) {
    expect(signUp).toContain(part)
  }
  await close()
})

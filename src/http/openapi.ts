import { openapi } from '@elysiajs/openapi'
import { Elysia } from 'elysia'
import { version } from '../../package.json' with { type: 'json' }
import { problemAnswer, problemName } from './detail.ts'

/** The description of the API, from the routes' own schemas, at /api/openapi.json. */
export function description(origin: string) {
  return openapi({
    path: '/api/docs-unused',
    specPath: '/api/openapi.json',
    provider: null,
    documentation: {
      openapi: '3.1.0',
      info: {
        title: 'Encapsify',
        version,
        description: 'Capsules and their answers. Errors are problem details (RFC 9457).',
      },
      servers: [{ url: origin }],
      components: {
        responses: { [problemName]: problemAnswer },
        securitySchemes: {
          key: { type: 'http', scheme: 'bearer', description: 'An API key of an organization.' },
          session: { type: 'apiKey', in: 'cookie', name: '__Host-encapsify-session' },
        },
      },
      security: [{ key: [] }, { session: [] }],
    },
    // A dot is no file here: /responses.csv is a route like any other.
    exclude: { staticFile: false, paths: [/^\/-\//, /^\/:/, '/api/docs', '/metrics', '/robots.txt'] },
  })
}

/** A page to read it with; its script is one of our own assets. */
export function documentation(scriptUrl: () => string) {
  return new Elysia({ name: 'api-docs' }).get('/api/docs', () => {
    const html = `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>Encapsify API</title></head><body><script id="api-reference" data-url="/api/openapi.json" data-configuration='{"withDefaultFonts":false,"telemetry":false,"hideClientButton":true,"showDeveloperTools":"never","agent":{"disabled":true},"mcp":{"disabled":true}}'></script><script src="${scriptUrl()}"></script></body></html>`
    return new Response(html, {
      headers: {
        'content-type': 'text/html; charset=utf-8',
        'cache-control': 'no-cache',
        // The reader styles itself; everything else stays on this origin.
        'content-security-policy':
          "default-src 'self'; style-src 'self' 'unsafe-inline'; script-src 'self'; img-src 'self' data:; font-src 'self' data:; frame-ancestors 'none'",
      },
    })
  })
}

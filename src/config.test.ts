import { expect, test } from 'bun:test'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadConfig } from './config.ts'

test('flags come before the environment, and both before the defaults', () => {
  expect(loadConfig({}).http.port).toBe(3000)
  expect(loadConfig({ PORT: '81' }).http.port).toBe(81)
  expect(loadConfig({ PORT: '81' }, { port: '82' }).http.port).toBe(82)
  expect(loadConfig({ PORT: '81' }).origin).toBe('http://localhost:81')
})

test('Fly is known by its own variable', () => {
  expect(loadConfig({}).onFly).toBe(false)
  expect(loadConfig({ FLY_APP_NAME: 'capsules' }).onFly).toBe(true)
})

test.each([
  ['PORT', '70000'],
  ['PORT', 'x'],
  ['ENCAPSIFY_URL', 'ftp://a'],
  ['ENCAPSIFY_URL', 'https://a/path'],
  ['ENCAPSIFY_URL', 'https://name:password@a'],
  ['ENCAPSIFY_URL', 'https://a/#there'],
  ['ENCAPSIFY_SECRET', 'short'],
  ['ENCAPSIFY_SECRETS_OLD', `${'o'.repeat(32)},short`],
  ['ENCAPSIFY_SECRETS_OLD', [...'abcdef'].map((letter) => letter.repeat(32)).join()],
  ['ENCAPSIFY_METRICS_TOKEN', ' '],
  ['ENCAPSIFY_SMTP_URL', 'smtp:'],
  ['ENCAPSIFY_COUNTRY_HEADER', 'not a name'],
  ['ENCAPSIFY_SMTP_URL', 'mail'],
  ['ENCAPSIFY_OPERATORS', 'a@b.c, nobody'],
  ['ENCAPSIFY_ALERT_EMAILS', 'nobody'],
  ['ENCAPSIFY_ALERT_WEBHOOK', 'ftp://example.com'],
  ['ENCAPSIFY_ALERT_SLACK', 'example'],
  ['OTEL_EXPORTER_OTLP_ENDPOINT', 'localhost:4318'],
  ['OTEL_EXPORTER_OTLP_HEADERS', 'no pair'],
  ['OTEL_EXPORTER_OTLP_HEADERS', 'a=%zz'],
  ['OTEL_TRACES_SAMPLER_ARG', '1.5'],
  ['ENCAPSIFY_SHARDS', '0'],
  ['ENCAPSIFY_CACHE_MIB', '-1'],
  ['ENCAPSIFY_CACHE_DISK_MIB', 'much'],
  ['ENCAPSIFY_CDN', 'varnish'],
  ['ENCAPSIFY_TLS_CERT', 'cert.pem'],
  ['ENCAPSIFY_TLS_KEY', 'key.pem'],
  ['LOG_LEVEL', 'loud'],
  ['ENCAPSIFY_AI_PROVIDERS', '{"providers": '],
  ['ENCAPSIFY_AI_PROVIDERS', '/nowhere/providers.json'],
])('a wrong %s stops the start with a line that names it', (name, value) => {
  expect(() => loadConfig({ [name]: value })).toThrow(name)
})

test('a CDN is told with a token and a zone, or not at all', () => {
  const cdn = { ENCAPSIFY_CDN: 'fastly', ENCAPSIFY_CDN_TOKEN: 't', ENCAPSIFY_CDN_ZONE: 'SU1Z0isxPaozGVKXdv0eY' }
  expect(loadConfig(cdn).cdn).toEqual({ name: 'fastly', token: 't', zone: 'SU1Z0isxPaozGVKXdv0eY', api: undefined })
  expect(loadConfig({}).cdn).toBeUndefined()
  expect(() => loadConfig({ ...cdn, ENCAPSIFY_CDN_TOKEN: '' })).toThrow('ENCAPSIFY_CDN_TOKEN')
  expect(() => loadConfig({ ...cdn, ENCAPSIFY_CDN_ZONE: 'a/../b' })).toThrow('ENCAPSIFY_CDN_ZONE')
})

test('certificates of its own make the origin https', () => {
  const config = loadConfig({ PORT: '8443' }, { 'tls-cert': 'c.pem', 'tls-key': 'k.pem' })
  expect([config.origin, config.tls?.cert.endsWith('/c.pem')]).toEqual(['https://localhost:8443', true])
})

test('AI providers are JSON, or a file that holds it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'encapsify-config-'))
  try {
    const text = JSON.stringify({
      providers: { near: { url: 'http://localhost:1/v1' } },
      models: { small: { routes: [{ provider: 'near', model: 'tiny' }] } },
    })
    const path = join(folder, 'providers.json')
    writeFileSync(path, text)
    for (const given of [text, path]) {
      expect([...loadConfig({ ENCAPSIFY_AI_PROVIDERS: given }).ai.aliases.keys()]).toEqual(['small'])
    }
    expect(loadConfig({}).ai.aliases.size).toBe(0)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

test('a secret never stands in an error', () => {
  expect(() => loadConfig({ ENCAPSIFY_AI_PROVIDERS: '{"key":"hunter2"' })).not.toThrow('hunter2')
  expect(() => loadConfig({ ENCAPSIFY_SECRET: 'hunter2' })).not.toThrow('hunter2')
  expect(() => loadConfig({ ENCAPSIFY_SECRETS_OLD: 'hunter2' })).not.toThrow('hunter2')
})

test('former secrets are those before the current one, each once', () => {
  const [newest, older, oldest] = [...'nox'].map((letter) => letter.repeat(32)) as [string, string, string]
  const env = { ENCAPSIFY_SECRET: newest, ENCAPSIFY_SECRETS_OLD: ` ${older},${newest},, ${oldest},${older}` }
  expect(loadConfig(env).formerSecrets).toEqual([older, oldest])
  expect(loadConfig({}).formerSecrets).toEqual([])
})

test('what is set to nothing is not set: an empty token opens nothing', () => {
  expect(loadConfig({ ENCAPSIFY_METRICS_TOKEN: '' }).metricsToken).toBeUndefined()
  expect(loadConfig({ PORT: '', ENCAPSIFY_SECRET: '', ENCAPSIFY_DATA: '' })).toEqual(loadConfig({}))
})

import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { type AiConfig, parseAiConfig } from '../modules/ai/config.ts'
import { type AnalyticsConfig, analyticsConfig } from '../modules/analytics/config.ts'
import { type DomainsConfig, domainsConfig } from '../modules/domains/config.ts'
import { type MediaConfig, mediaConfig } from '../modules/media/config.ts'
import { type WebhooksConfig, webhooksConfig } from '../modules/webhooks/config.ts'
import { type CdnConfig, cdnNames } from './cache/cdn/cdn.ts'
import type { Environment } from './environment.ts'
import type { CertificateFiles } from './http/certificate.ts'
import { type ClusterConfig, loadCluster } from './node/config.ts'
import { type AlertsConfig, alertsConfig, type TelemetryConfig, telemetryConfig } from './observability/config.ts'
import { secretLengthMin } from './secret.ts'

/** What the command line says; it comes before the environment. */
export interface Flags {
  readonly port?: string | undefined
  readonly host?: string | undefined
  readonly data?: string | undefined
  readonly 'tls-cert'?: string | undefined
  readonly 'tls-key'?: string | undefined
}

export interface Config {
  readonly http: { readonly port: number; readonly host: string }
  /** The certificate that this process holds itself; absent: plain HTTP, behind a proxy that does. */
  readonly tls: CertificateFiles | undefined
  readonly data: { readonly folder: string; readonly shards: number }
  /** The public origin, without a trailing slash. */
  readonly origin: string
  /** Where this node runs, as Fly names it; `local` elsewhere. */
  readonly region: string
  /** Given by ENCAPSIFY_SECRET; absent: made and kept in the data folder. */
  readonly secret: string | undefined
  /** Those before, newest first: what they signed and sealed is still believed and opened. */
  readonly formerSecrets: readonly string[]
  /** On Fly.io, whose proxy stands before every request and names the client itself. */
  readonly onFly: boolean
  readonly mail: { readonly smtpUrl: string | undefined; readonly from: string }
  /** E-mail addresses, lower case. */
  readonly operators: readonly string[]
  readonly metricsToken: string | undefined
  readonly telemetry: TelemetryConfig
  readonly alerts: AlertsConfig
  readonly media: MediaConfig
  /** Providers of AI; none: chats answer with quotations. */
  readonly ai: AiConfig
  readonly webhooks: WebhooksConfig
  readonly domains: DomainsConfig
  readonly log: { readonly level: string }
  readonly cacheBytesMax: number
  /** Of rendered pages on the disk, behind those in memory; 0: none. */
  readonly cacheDiskBytesMax: number
  /** A CDN in front, told of every change; absent: none is told. */
  readonly cdn: CdnConfig | undefined
  readonly analytics: AnalyticsConfig
  /** Live connections that one address may have. */
  readonly livePerAddressMax: number
  /** Absent: this node is alone. */
  readonly cluster: ClusterConfig | undefined
}

/** Each is tried for what no newer one signed. */
const formerSecretsMax = 5
const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']

/**
 * Everything that is set from outside, checked.
 * @throws Error with one line that names the value which is not valid.
 */
export function loadConfig(given: Environment, flags: Flags = {}): Config {
  // Set to nothing is not set: so a compose file or a unit file passes on what it was not given itself.
  const env: Environment = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== ''))
  const port = integer(flags.port === undefined ? 'PORT' : '--port', flags.port ?? env.PORT ?? '3000', 0, 65_535)
  const level = env.LOG_LEVEL ?? 'info'
  if (!logLevels.includes(level)) throw new Error(`LOG_LEVEL must be one of ${logLevels.join(', ')}, not "${level}".`)
  const folder = resolve(flags.data ?? env.ENCAPSIFY_DATA ?? './data')
  return Object.freeze({
    http: { port, host: flags.host ?? env.HOST ?? '0.0.0.0' },
    tls: tls(flags['tls-cert'] ?? env.ENCAPSIFY_TLS_CERT, flags['tls-key'] ?? env.ENCAPSIFY_TLS_KEY),
    data: {
      folder,
      shards: integer('ENCAPSIFY_SHARDS', env.ENCAPSIFY_SHARDS ?? '4', 1, 256),
    },
    origin: origin(
      env.ENCAPSIFY_URL ?? `${(env.ENCAPSIFY_TLS_CERT ?? flags['tls-cert']) ? 'https' : 'http'}://localhost:${port}`,
    ),
    region: env.FLY_REGION ?? 'local',
    secret: secret(env.ENCAPSIFY_SECRET),
    formerSecrets: formerSecrets(env.ENCAPSIFY_SECRETS_OLD, env.ENCAPSIFY_SECRET),
    onFly: env.FLY_APP_NAME !== undefined,
    mail: { smtpUrl: smtp(env.ENCAPSIFY_SMTP_URL), from: env.ENCAPSIFY_MAIL_FROM ?? 'Encapsify <no-reply@localhost>' },
    operators: addresses(env.ENCAPSIFY_OPERATORS),
    metricsToken: token(env.ENCAPSIFY_METRICS_TOKEN),
    telemetry: telemetryConfig(env),
    alerts: alertsConfig(env, addresses(env.ENCAPSIFY_OPERATORS)),
    media: mediaConfig(env, folder),
    ai: parseAiConfig(jsonOrFile('ENCAPSIFY_AI_PROVIDERS', env.ENCAPSIFY_AI_PROVIDERS)),
    webhooks: webhooksConfig(env),
    domains: domainsConfig(env),
    log: { level },
    livePerAddressMax: integer('ENCAPSIFY_LIVE_PER_ADDRESS', env.ENCAPSIFY_LIVE_PER_ADDRESS ?? '20000', 1, 1_000_000),
    cacheBytesMax: integer('ENCAPSIFY_CACHE_MIB', env.ENCAPSIFY_CACHE_MIB ?? '128', 1, 65_536) * 1_048_576,
    cacheDiskBytesMax:
      integer('ENCAPSIFY_CACHE_DISK_MIB', env.ENCAPSIFY_CACHE_DISK_MIB ?? '1024', 0, 1_048_576) * 1_048_576,
    cdn: cdn(env),
    analytics: analyticsConfig(env, cdn(env)),
    cluster: loadCluster(env),
  })
}

function integer(name: string, text: string, least: number, most: number): number {
  const value = Number(text)
  if (!/^\d+$/.test(text) || value < least || value > most) {
    throw new Error(`${name} must be a whole number from ${least} to ${most}, not "${text}".`)
  }
  return value
}

function origin(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  // Nothing but an origin: no path, query, fragment, name or password.
  if (url === undefined || !['http:', 'https:'].includes(url.protocol) || url.href !== `${url.origin}/`) {
    throw new Error(`ENCAPSIFY_URL must be an origin such as https://example.com, not "${text}".`)
  }
  return url.origin
}

function secret(text: string | undefined): string | undefined {
  if (text !== undefined && text.length < secretLengthMin) {
    throw new Error(`ENCAPSIFY_SECRET must have at least ${secretLengthMin} characters.`)
  }
  return text
}

/** The values are not repeated. The current one among them would only cost time. */
function formerSecrets(text: string | undefined, current: string | undefined): readonly string[] {
  const given = (text ?? '').split(',').map((one) => one.trim())
  const former = [...new Set(given)].filter((one) => one !== '' && one !== current)
  if (former.some((one) => one.length < secretLengthMin)) {
    throw new Error(
      `ENCAPSIFY_SECRETS_OLD must be secrets of at least ${secretLengthMin} characters, with commas between.`,
    )
  }
  if (former.length > formerSecretsMax) {
    throw new Error(`ENCAPSIFY_SECRETS_OLD holds at most ${formerSecretsMax} secrets.`)
  }
  return former
}

function smtp(text: string | undefined): string | undefined {
  if (text === undefined) return undefined
  const url = URL.parse(text)
  if (url === null || !['smtp:', 'smtps:'].includes(url.protocol) || url.hostname === '') {
    throw new Error('ENCAPSIFY_SMTP_URL must be an address such as smtps://user:password@mail.example.com.')
  }
  return text
}

function tls(cert: string | undefined, key: string | undefined): CertificateFiles | undefined {
  if (!cert && !key) return undefined
  if (!cert || !key) {
    throw new Error(
      'ENCAPSIFY_TLS_CERT and ENCAPSIFY_TLS_KEY (--tls-cert, --tls-key) are given together or not at all.',
    )
  }
  return { cert: resolve(cert), key: resolve(key) }
}

function cdn(env: Environment): CdnConfig | undefined {
  const { ENCAPSIFY_CDN: given, ENCAPSIFY_CDN_TOKEN: token, ENCAPSIFY_CDN_ZONE: zone, ENCAPSIFY_CDN_API: api } = env
  if (given === undefined || given === '') return undefined
  const name = cdnNames.find((one) => one === given)
  if (name === undefined) throw new Error(`ENCAPSIFY_CDN must be one of ${cdnNames.join(', ')}, not "${given}".`)
  if (!token) throw new Error('ENCAPSIFY_CDN_TOKEN must be given with ENCAPSIFY_CDN.')
  if (!zone || !/^[\w-]+$/.test(zone)) {
    throw new Error('ENCAPSIFY_CDN_ZONE must be the id of a Cloudflare zone, a Fastly service or a Bunny pull zone.')
  }
  if (api !== undefined && !URL.canParse(api)) throw new Error(`ENCAPSIFY_CDN_API must be an address, not "${api}".`)
  return { name, token, zone, api: api?.replace(/\/$/, '') }
}

/** JSON, or the path of a file that holds it. What is wrong is said without the text: it holds keys. */
function jsonOrFile(name: string, text: string | undefined): unknown {
  if (text === undefined || text.trim() === '') return undefined
  const inline = text.trimStart().startsWith('{')
  let json = text
  try {
    if (!inline) json = readFileSync(text, 'utf8')
  } catch {
    throw new Error(`${name} must be JSON or a file that can be read, and there is none at this path.`)
  }
  try {
    return JSON.parse(json) as unknown
  } catch {
    throw new Error(`${name} ${inline ? 'is' : 'names a file that is'} not valid JSON.`)
  }
}

/** A Bearer token holds no space (RFC 6750, 2.1). */
function token(text: string | undefined): string | undefined {
  if (text !== undefined && !/^[\x21-\x7e]+$/.test(text)) {
    throw new Error('ENCAPSIFY_METRICS_TOKEN must be visible characters without a space.')
  }
  return text
}

function addresses(text: string | undefined): readonly string[] {
  const list = (text ?? '').split(',').map((one) => one.trim().toLowerCase())
  const given = list.filter((one) => one !== '')
  const wrong = given.find((one) => !/^[^\s@]+@[^\s@]+$/.test(one))
  if (wrong !== undefined) throw new Error(`ENCAPSIFY_OPERATORS must be e-mail addresses, not "${wrong}".`)
  return given
}

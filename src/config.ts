import { resolve } from 'node:path'
import { type ClusterConfig, loadCluster } from './node/config.ts'

/** What the command line says; it comes before the environment. */
export interface Flags {
  readonly port?: string | undefined
  readonly host?: string | undefined
  readonly data?: string | undefined
}

export interface Config {
  readonly http: { readonly port: number; readonly host: string }
  readonly data: { readonly folder: string; readonly shards: number }
  /** The public origin, without a trailing slash. */
  readonly origin: string
  /** Where this node runs, as Fly names it; `local` elsewhere. */
  readonly region: string
  /** Given by ENCAPSIFY_SECRET; absent: made and kept in the data folder. */
  readonly secret: string | undefined
  /** On Fly.io, whose proxy stands before every request and names the client itself. */
  readonly onFly: boolean
  readonly mail: { readonly smtpUrl: string | undefined; readonly from: string }
  /** E-mail addresses, lower case. */
  readonly operators: readonly string[]
  readonly metricsToken: string | undefined
  readonly log: { readonly level: string }
  readonly cacheBytesMax: number
  /** Absent: this node is alone. */
  readonly cluster: ClusterConfig | undefined
}

export type Environment = Readonly<Record<string, string | undefined>>

const secretLengthMin = 32
const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']

/**
 * Everything that is set from outside, checked.
 * @throws Error with one line that names the value which is not valid.
 */
export function loadConfig(env: Environment, flags: Flags = {}): Config {
  const port = integer(flags.port === undefined ? 'PORT' : '--port', flags.port ?? env.PORT ?? '3000', 0, 65_535)
  const level = env.LOG_LEVEL ?? 'info'
  if (!logLevels.includes(level)) throw new Error(`LOG_LEVEL must be one of ${logLevels.join(', ')}, not "${level}".`)
  return Object.freeze({
    http: { port, host: flags.host ?? env.HOST ?? '0.0.0.0' },
    data: {
      folder: resolve(flags.data ?? env.ENCAPSIFY_DATA ?? './data'),
      shards: integer('ENCAPSIFY_SHARDS', env.ENCAPSIFY_SHARDS ?? '4', 1, 256),
    },
    origin: origin(env.ENCAPSIFY_URL ?? `http://localhost:${port}`),
    region: env.FLY_REGION ?? 'local',
    secret: secret(env.ENCAPSIFY_SECRET),
    onFly: env.FLY_APP_NAME !== undefined && env.FLY_APP_NAME !== '',
    mail: { smtpUrl: smtp(env.ENCAPSIFY_SMTP_URL), from: env.ENCAPSIFY_MAIL_FROM ?? 'Encapsify <no-reply@localhost>' },
    operators: addresses(env.ENCAPSIFY_OPERATORS),
    metricsToken: env.ENCAPSIFY_METRICS_TOKEN,
    log: { level },
    cacheBytesMax: integer('ENCAPSIFY_CACHE_MIB', env.ENCAPSIFY_CACHE_MIB ?? '128', 1, 65_536) * 1_048_576,
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
  if (url === undefined || !['http:', 'https:'].includes(url.protocol) || url.pathname !== '/' || url.search !== '') {
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

function smtp(text: string | undefined): string | undefined {
  if (text === undefined) return undefined
  if (!URL.canParse(text) || !['smtp:', 'smtps:'].includes(new URL(text).protocol)) {
    throw new Error('ENCAPSIFY_SMTP_URL must be an address such as smtps://user:password@mail.example.com.')
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

/** The process's environment: read here and nowhere else. */
export const environment: Environment = process.env

export interface TelemetryConfig {
  /** Where traces and logs go by OTLP/HTTP; absent: nowhere, and nothing is recorded. */
  readonly endpoint: string | undefined
  readonly headers: Readonly<Record<string, string>>
  readonly service: string
  /** The share of traces that is recorded. */
  readonly ratio: number
  /** Where a trace is looked at, with `{trace}` for its id; absent: nobody told. */
  readonly traceLink: string | undefined
}

export interface AlertsConfig {
  /** Gets every notice as JSON. */
  readonly webhook: string | undefined
  /** An incoming webhook that takes Slack's messages. */
  readonly slack: string | undefined
  readonly emails: readonly string[]
}

type Environment = Readonly<Record<string, string | undefined>>

const ratioDefault = 0.01

/** @throws Error with one line that names the value which is not valid. */
export function telemetryConfig(env: Environment): TelemetryConfig {
  const ratio = Number(env.OTEL_TRACES_SAMPLER_ARG ?? ratioDefault)
  if (!(ratio >= 0 && ratio <= 1)) {
    throw new Error(`OTEL_TRACES_SAMPLER_ARG must be a share from 0 to 1, not "${env.OTEL_TRACES_SAMPLER_ARG}".`)
  }
  return {
    endpoint: address('OTEL_EXPORTER_OTLP_ENDPOINT', env.OTEL_EXPORTER_OTLP_ENDPOINT)?.replace(/\/+$/, ''),
    headers: headers(env.OTEL_EXPORTER_OTLP_HEADERS),
    service: env.OTEL_SERVICE_NAME ?? 'encapsify',
    ratio,
    traceLink: traceLink(env.ENCAPSIFY_TRACE_LINK),
  }
}

/** `operators` get the e-mails when nobody else is named. @throws Error with one line that names the value which is not valid. */
export function alertsConfig(env: Environment, operators: readonly string[]): AlertsConfig {
  const given = (env.ENCAPSIFY_ALERT_EMAILS ?? '').split(',').map((one) => one.trim())
  const emails = given.filter((one) => one !== '')
  const wrong = emails.find((one) => !/^[^\s@]+@[^\s@]+$/.test(one))
  if (wrong !== undefined) throw new Error(`ENCAPSIFY_ALERT_EMAILS must be e-mail addresses, not "${wrong}".`)
  return {
    webhook: address('ENCAPSIFY_ALERT_WEBHOOK', env.ENCAPSIFY_ALERT_WEBHOOK),
    slack: address('ENCAPSIFY_ALERT_SLACK', env.ENCAPSIFY_ALERT_SLACK),
    emails: emails.length > 0 ? emails : operators,
  }
}

function traceLink(text: string | undefined): string | undefined {
  const link = address('ENCAPSIFY_TRACE_LINK', text)
  if (link !== undefined && !link.includes('{trace}')) {
    throw new Error('ENCAPSIFY_TRACE_LINK must have {trace} where the id of the trace belongs.')
  }
  return link
}

/** The text is not repeated: such addresses carry secrets. */
function address(name: string, text: string | undefined): string | undefined {
  if (text === undefined || text === '') return undefined
  if (!URL.canParse(text) || !['http:', 'https:'].includes(new URL(text).protocol)) {
    throw new Error(`${name} must be an http or https address.`)
  }
  return text
}

/** `name=value,name=value` with percent-encoded values (OpenTelemetry, OTLP exporter configuration). */
function headers(text: string | undefined): Record<string, string> {
  const found: Record<string, string> = {}
  for (const pair of (text ?? '').split(',')) {
    if (pair.trim() === '') continue
    const at = pair.indexOf('=')
    const name = pair.slice(0, at).trim().toLowerCase()
    if (at < 1 || !/^[a-z0-9-]+$/.test(name)) {
      throw new Error('OTEL_EXPORTER_OTLP_HEADERS must be name=value pairs with commas between them.')
    }
    found[name] = decoded(pair.slice(at + 1).trim())
  }
  return found
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw new Error('OTEL_EXPORTER_OTLP_HEADERS must be name=value pairs with percent-encoded values.')
  }
}

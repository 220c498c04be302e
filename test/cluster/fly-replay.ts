/**
 * What fly-proxy reads in an answer and writes into a request, as https://fly.io/docs/networking/dynamic-request-routing/
 * has it (August 2026). The JSON form of a replay, caching of replays and geographic groups are left out.
 */
export interface Replay {
  readonly instance?: string
  readonly preferInstance?: string
  /** In order of preference; `any` is every region. */
  readonly regions?: readonly string[]
  readonly app?: string
  readonly state?: string
  readonly elsewhere?: boolean
  readonly timeoutMs?: number
  readonly fallback?: 'force_self' | 'prefer_self'
}

/** Requests over 1 MB cannot be replayed. */
export const replayBytesMax = 1_000_000

/** @throws Error on what fly-proxy would not understand. */
export function parseReplay(header: string): Replay {
  const fields: Record<string, string> = {}
  // A list of regions stands in quotes; a state may hold anything but a semicolon.
  for (const [, key = '', quoted, plain = ''] of header.matchAll(
    /\s*([\w-]+)\s*=\s*(?:"([^"]*)"|([^;]*))\s*(?:;|$)/g,
  )) {
    fields[key] = quoted ?? plain.trim()
  }
  if (Object.keys(fields).length === 0) throw new Error(`not a replay: ${header}`)
  const { instance, prefer_instance, region, app, state, elsewhere, timeout, fallback } = fields
  if (fallback !== undefined && fallback !== 'force_self' && fallback !== 'prefer_self') {
    throw new Error(`not a fallback: ${fallback}`)
  }
  return {
    ...(instance !== undefined && { instance }),
    ...(prefer_instance !== undefined && { preferInstance: prefer_instance }),
    ...(region !== undefined && { regions: region.split(',').map((name) => name.trim()) }),
    ...(app !== undefined && { app }),
    ...(state !== undefined && { state }),
    ...(elsewhere === 'true' && { elsewhere: true }),
    ...(timeout !== undefined && { timeoutMs: duration(timeout) }),
    ...(fallback !== undefined && { fallback }),
  }
}

/** `10s` or `800ms`. */
function duration(text: string): number {
  const [, amount, unit] = /^(\d+)(ms|s)$/.exec(text) ?? []
  if (amount === undefined) throw new Error(`not a duration: ${text}`)
  return Number(amount) * (unit === 's' ? 1_000 : 1)
}

export interface ReplaySource {
  readonly instance: string
  readonly region: string
  readonly state: string | undefined
}

/** `t` is microseconds since 1970. */
export function formatSource(source: ReplaySource, nowMs: number): string {
  const state = source.state === undefined ? '' : `;state=${source.state}`
  return `instance=${source.instance};region=${source.region};t=${Math.round(nowMs * 1_000)}${state}`
}

export interface FailedReplay {
  readonly replay: Replay
  readonly app: string
  readonly source: string
  readonly reason: 'timeout' | 'retries_exhausted' | 'no_candidate'
  readonly elapsedMs: number
}

/** Fields that the replay did not name are left out. */
export function formatFailed({ replay, app, source, reason, elapsedMs }: FailedReplay): string {
  const fields = [
    replay.instance !== undefined && `instance=${replay.instance}`,
    `app=${replay.app ?? app}`,
    replay.regions !== undefined && `region=${replay.regions.join(',')}`,
    `replay_source=${source}`,
    `reason=${reason}`,
    `elapsed_ms=${Math.round(elapsedMs)}`,
  ]
  return fields.filter((field) => field !== false).join(';')
}

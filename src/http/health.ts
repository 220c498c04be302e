import { Elysia } from 'elysia'

export interface Health {
  /** Adds a check; it answers with the reason why not, or undefined when well. */
  check(name: string, check: () => string | undefined): void
  /** From now on the node is not ready: it is shutting down. */
  drain(): void
  /** Why the node should get no requests; empty: it should. */
  reasons(): Readonly<Record<string, string>>
}

/** `/health/live`: the process answers. `/health/ready`: it should get requests; 503 with the reasons when not. */
export function health() {
  const checks = new Map<string, () => string | undefined>()
  let draining = false
  const reasonsNow = (): Record<string, string> => {
    const reasons = Object.fromEntries(
      [...checks].flatMap(([name, check]) => {
        const reason = attempt(check)
        return reason === undefined ? [] : [[name, reason]]
      }),
    )
    if (draining) reasons.server = 'shutting down'
    return reasons
  }
  const routes = new Elysia({ name: 'health' })
    .get('/health/live', () => Response.json({ status: 'ok' }, { headers: { 'cache-control': 'no-store' } }), {
      detail: { tags: ['Health'], operationId: 'live', summary: 'The process answers' },
    })
    .get(
      '/health/ready',
      () => {
        const reasons = reasonsNow()
        const ready = Object.keys(reasons).length === 0
        return Response.json(
          { status: ready ? 'ok' : 'unavailable', reasons },
          { status: ready ? 200 : 503, headers: { 'cache-control': 'no-store' } },
        )
      },
      { detail: { tags: ['Health'], operationId: 'ready', summary: 'The node should get requests' } },
    )
  const control: Health = {
    check: (name, check) => void checks.set(name, check),
    drain: () => {
      draining = true
    },
    reasons: reasonsNow,
  }
  return { routes, health: control }
}

function attempt(check: () => string | undefined): string | undefined {
  try {
    return check()
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

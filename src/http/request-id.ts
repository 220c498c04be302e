const ids = new WeakMap<Request, string>()
const traceparent = /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/

/** One process's ids differ from another's by this, and from each other by their count. */
const process = crypto.randomUUID().slice(0, 13)
let count = 0

/** The id that a request's log lines and problems carry: made here, never taken from outside. */
export function requestIdOf(request: Request): string {
  const known = ids.get(request)
  if (known !== undefined) return known
  const id = `${process}-${(count++).toString(36)}`
  ids.set(request, id)
  return id
}

/** The trace a request belongs to (W3C Trace Context), when it names one that is well-formed and not all zeros. */
export function traceIdOf(request: Request): string | undefined {
  const id = traceparent.exec(request.headers.get('traceparent') ?? '')?.[1]
  return id === undefined || /^0+$/.test(id) ? undefined : id
}

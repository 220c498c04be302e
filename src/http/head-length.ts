const header = 'encapsify-head-length'

/**
 * What a handler says that a body would be long. Elysia answers HEAD with its handler for GET, reads what that sends to its end and
 * counts it: of a file of gigabytes all is read, and of the empty body that HEAD has, none is.
 */
export function withHeadLength(response: Response): Response {
  const length = response.headers.get('content-length')
  if (length !== null) response.headers.set(header, length)
  return response
}

/** Puts it where it belongs, after the router. */
export function restoreHeadLength(response: Response): Response {
  const length = response.headers.get(header)
  if (length === null) return response
  response.headers.delete(header)
  response.headers.set('content-length', length)
  return response
}

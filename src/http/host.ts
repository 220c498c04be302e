/**
 * The request under an address that can be read. Bun gives a request whose Host is missing or names no host its bare path for
 * an address. HTTP/1.0 may leave the Host out, as the health checks of some proxies do: such a request is for this server,
 * whatever its name. Undefined for a Host that is none (RFC 9112, 3.2: 400).
 */
export function withHost(request: Request): Request | undefined {
  if (URL.canParse(request.url)) return request
  if (!request.url.startsWith('/') || (request.headers.get('host') ?? '') !== '') return undefined
  return new Request(`http://localhost${request.url}`, request)
}

/** Whether If-None-Match names this representation: weak comparison over the list (RFC 9110, 13.1.2). */
export function matches(header: string, etag: string): boolean {
  if (header === etag || header === '*') return true
  return header.includes(etag) && header.split(',').some((one) => one.trim().replace(/^W\//, '') === etag)
}

/** The raw value of a request's cookie by its name; the first counts. Undecoded: what is signed is compared as it came. */
export function cookieOf(request: Request, name: string): string | undefined {
  const header = request.headers.get('cookie')
  if (header === null) return undefined
  let start = 0
  while (start < header.length) {
    const next = header.indexOf(';', start)
    const end = next === -1 ? header.length : next
    while (header[start] === ' ') start++
    if (header.startsWith(name, start) && header[start + name.length] === '=') {
      return header.slice(start + name.length + 1, end).trim()
    }
    start = end + 1
  }
  return undefined
}

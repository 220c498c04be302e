/** The token's second home, for frames whose cookies are blocked; storage may be blocked too, and then there is none. */
export function storedToken(): string | null {
  try {
    return localStorage.getItem('encapsify-visitor')
  } catch {
    return null
  }
}

export function storeToken(token: string): void {
  try {
    localStorage.setItem('encapsify-visitor', token)
  } catch {}
}

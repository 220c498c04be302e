/** How keys and invitations are kept: 256 random bits leave nothing to guess, so nothing slower is needed. */
export function hashOf(secret: string): string {
  return new Bun.CryptoHasher('sha256').update(secret).digest('hex')
}

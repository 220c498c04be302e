import { timingSafeEqual } from 'node:crypto'
import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** The server's secrets, the current one first: it signs and seals, and all of them verify and open. */
export type Secrets = readonly [current: string, ...former: string[]]

/** Shorter ones are guessed. A file that is empty (a disk that was full, a bad copy) would let anybody sign. */
export const secretLengthMin = 32

/**
 * The secret that signs tokens: the configured one, or one made once and kept in the data folder for its owner only.
 * Two processes that start at once end with the same: the first link wins.
 * @throws Error with one line when what is kept is no secret.
 */
export function loadSecret(folder: string, configured: string | undefined): string {
  if (configured !== undefined) return configured
  const path = join(folder, 'secret')
  const kept = read(path)
  if (kept !== undefined) return checked(kept, path)
  const aside = `${path}.${process.pid}`
  writeFileSync(aside, Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64url'), {
    mode: 0o600,
    flush: true,
  })
  try {
    linkSync(aside, path)
  } catch (error) {
    if (read(path) === undefined) throw error
  } finally {
    rmSync(aside, { force: true })
  }
  return checked(readFileSync(path, 'utf8').trim(), path)
}

/** Whether one of these secrets, or keys made of them, made a tag. Compared in constant time: how long it takes helps nobody to guess it. */
export function isSigned<Key>(given: string, keys: readonly Key[], tagOf: (key: Key) => string): boolean {
  const bytes = Buffer.from(given)
  return keys.some((key) => {
    const expected = Buffer.from(tagOf(key))
    return bytes.length === expected.length && timingSafeEqual(bytes, expected)
  })
}

function checked(secret: string, path: string): string {
  if (secret.length >= secretLengthMin) return secret
  throw new Error(
    `${path} holds no secret of at least ${secretLengthMin} characters. Restore it from a backup, or remove it: everybody is signed out then.`,
  )
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch {
    return undefined
  }
}

import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * The secret that signs tokens: the configured one, or one made once and kept in the data folder for its owner only.
 * Two processes that start at once end with the same: the first link wins.
 */
export function loadSecret(folder: string, configured: string | undefined): string {
  if (configured !== undefined) return configured
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const path = join(folder, 'secret')
  const kept = read(path)
  if (kept !== undefined) return kept
  const aside = `${path}.${process.pid}`
  writeFileSync(aside, Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64url'), { mode: 0o600 })
  try {
    linkSync(aside, path)
  } catch (error) {
    if (read(path) === undefined) throw error
  } finally {
    rmSync(aside, { force: true })
  }
  return readFileSync(path, 'utf8').trim()
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch {
    return undefined
  }
}

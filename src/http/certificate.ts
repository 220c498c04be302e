import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'

/** Where a certificate and its key are: PEM files, the chain in the first. */
export interface CertificateFiles {
  readonly cert: string
  readonly key: string
}

export interface Certificate {
  readonly cert: string
  readonly key: string
  readonly expires: string
}

const lookEveryMs = 60_000

/** Reads both. @throws Error with one line when a file is missing, is none, or the key is another one's. */
export function readCertificate(files: CertificateFiles): Certificate {
  const [cert, key] = [text(files.cert), text(files.key)]
  let leaf: X509Certificate
  try {
    leaf = new X509Certificate(cert)
  } catch {
    throw new Error(`${files.cert} holds no certificate in PEM.`)
  }
  let matches: boolean
  try {
    matches = leaf.checkPrivateKey(createPrivateKey(key))
  } catch {
    throw new Error(`${files.key} holds no private key in PEM.`)
  }
  if (!matches) throw new Error(`The key in ${files.key} does not belong to the certificate in ${files.cert}.`)
  return { cert, key, expires: leaf.validTo }
}

function text(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new Error(`${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`)
  }
}

/** Calls when one of the files has become another: certificates are renewed by programs that tell nobody. */
export function watchCertificate(files: CertificateFiles, onChanged: () => void): { close(): void } {
  let seen = stamp(files)
  const timer = setInterval(() => {
    const now = stamp(files)
    if (now === seen) return
    seen = now
    onChanged()
  }, lookEveryMs)
  timer.unref()
  return { close: () => clearInterval(timer) }
}

function stamp(files: CertificateFiles): string {
  return [files.cert, files.key]
    .map((path) => {
      const found = statSync(path, { throwIfNoEntry: false })
      return found === undefined ? '' : `${found.mtimeMs} ${found.size} ${found.ino}`
    })
    .join()
}

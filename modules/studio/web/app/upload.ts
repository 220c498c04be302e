import { call } from './api.ts'
import { asProblem, Problem, problemOf } from './problem.ts'
import type { Asset } from './resources.ts'
import { t } from './words.ts'

/** Bytes of one request: well below what the server takes as a body, and no more than this is sent twice. */
const partBytesMax = 8 * 1_048_576
const protocol = { 'tus-resumable': '1.0.0' } as const

interface UploadState {
  readonly offset: number
  readonly asset: Asset | null
}

/** One file on its way (tus 1.0.0): broken off, it goes on where it was. Whose it is does not change when one goes elsewhere. */
export class Upload {
  #address: string | undefined
  readonly #stopped = new AbortController()

  /** @param replaced the id of the asset whose place it takes. */
  constructor(
    readonly file: File,
    private readonly organization: string,
    private readonly replaced?: string,
  ) {}

  /**
   * Sends what the server has not got.
   * @param onProgress the bytes that are sent so far
   * @throws Problem
   */
  async send(onProgress: (bytes: number) => void): Promise<Asset> {
    try {
      this.#address ??= await this.#begin()
      for (;;) {
        // Asking also mends a session that has ended.
        const { data } = await call<UploadState>('GET', this.#address, { headers: this.#headers() })
        if (data.asset !== null) return data.asset
        if (data.offset >= this.file.size) throw new Problem(410, 'gone', t().library.notTaken)
        onProgress(data.offset)
        await this.#sendPart(this.#address, data.offset, onProgress)
      }
    } catch (error) {
      const problem = asProblem(error, t().general.offline)
      // What was refused for what it is begins anew; only bad luck goes on.
      if (!problem.offline && problem.retryAfterS === undefined) this.#address = undefined
      throw problem
    }
  }

  /** No more of it is sent, and the server forgets what it has. */
  stop(): void {
    this.#stopped.abort()
    if (this.#address === undefined) return
    void call('DELETE', this.#address, { headers: this.#headers(protocol) }).catch(() => undefined)
  }

  async #begin(): Promise<string> {
    const { name, type, size } = this.file
    const fields = { filename: name, filetype: type, asset: this.replaced ?? '' }
    const metadata = Object.entries(fields).flatMap(([key, text]) => (text === '' ? [] : [`${key} ${base64(text)}`]))
    const { location } = await call('POST', '/api/v1/uploads', {
      headers: this.#headers({ ...protocol, 'upload-length': String(size), 'upload-metadata': metadata.join(',') }),
      signal: this.#stopped.signal,
    })
    return location
  }

  /** By XMLHttpRequest: a fetch does not tell how far a body is. */
  #sendPart(address: string, offset: number, onProgress: (bytes: number) => void): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const request = new XMLHttpRequest()
    request.open('PATCH', address)
    const headers = this.#headers({
      ...protocol,
      'upload-offset': String(offset),
      'content-type': 'application/offset+octet-stream',
    })
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value)
    request.upload.onprogress = ({ loaded }) => onProgress(offset + loaded)
    request.onload = () => {
      const { status, responseText } = request
      if (status < 400 || status === 401) return resolve()
      const retryAfter = request.getResponseHeader('retry-after')
      const answer = new Response(responseText, {
        status,
        headers: retryAfter === null ? {} : { 'retry-after': retryAfter },
      })
      problemOf(answer).then(reject, reject)
    }
    request.onerror = () => reject(new Problem(0, 'offline', t().general.offline))
    request.onabort = () => reject(this.#stopped.signal.reason)
    this.#stopped.signal.throwIfAborted()
    this.#stopped.signal.addEventListener('abort', () => request.abort(), { once: true })
    request.send(this.file.slice(offset, offset + partBytesMax))
    return promise
  }

  #headers(more: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
    return { 'encapsify-organization': this.organization, ...more }
  }
}

function base64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)))
}

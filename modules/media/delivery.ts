import { LRUCache } from 'lru-cache'
import type { Databases } from '../../src/db/database.ts'
import type { OrganizationId } from '../../src/db/ids.ts'
import { AppError } from '../../src/errors.ts'
import { withHeadLength } from '../../src/http/head-length.ts'
import { internalError, problemResponse } from '../../src/http/problem.ts'
import { addressOf, isCurrent, mediaPrefix } from './address.ts'
import { answer } from './answer.ts'
import type { Assets } from './assets.ts'
import { heldFileStream } from './blobs/files.ts'
import { readEncodings } from './encodings.ts'
import { assetChanged } from './events.ts'
import type { Guard } from './guard.ts'
import { type Choice, chooseVariant } from './images/choice.ts'
import { type Accepted, acceptedBy } from './images/negotiation.ts'
import type { AddressSigner, Signed } from './images/signature.ts'
import { type Format, isPlainRequest, parseRequest } from './images/variant.ts'
import type { Variants } from './images/variants.ts'
import { limits } from './limits.ts'
import type { AssetRow } from './operations/assets.ts'
import type { Originals } from './originals.ts'
import { type ReadyVariant, ReadyVariants } from './ready-variants.ts'
import { filmFile } from './video/film-files.ts'
import type { Films } from './video/films.ts'
import { signParts } from './video/signed-parts.ts'

export interface DeliveryOptions {
  readonly db: Databases
  readonly assets: Assets
  readonly films: Pick<Films, 'of'>
  readonly variants: Variants
  readonly originals: Originals
  readonly signer: AddressSigner
  readonly guard: Pick<Guard, 'isGuarded'>
  readonly reportBug: (error: unknown, request: Request) => void
}

const immutable = 'public, max-age=31536000, immutable'
/** What depends on the browser stays for an hour, and may be shown a day longer while it is asked for again (RFC 5861). */
const negotiated = 'public, max-age=3600, stale-while-revalidate=86400'
/** What is written from rows that may still grow. */
const growingS = 5
const growing = `public, max-age=${growingS}`
const acceptsMax = 500
const types: Readonly<Record<Format, string>> = {
  avif: 'image/avif',
  webp: 'image/webp',
  jpeg: 'image/jpeg',
  png: 'image/png',
  gif: 'image/gif',
}
/** Whatever a file holds, it is what its type says and runs nothing; pages of others may show it. */
const safe = {
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox",
  'cross-origin-resource-policy': 'cross-origin',
}
/** Files that browsers show by themselves. A picture's own bytes are not among them: they may carry where it was taken. */
const shown = [
  'video/mp4',
  'video/webm',
  'video/ogg',
  'audio/mpeg',
  'audio/ogg',
  'audio/wav',
  'audio/flac',
  'audio/mp4',
]

/**
 * Sends pictures, films and files: `/-/media/{asset}/{version}?w=&h=&fit=&focus=&q=&format=&dpr=`, and what was made of a film
 * below its address.
 */
export class Delivery {
  readonly #ready = new ReadyVariants()
  readonly #accepts = new LRUCache<string, Accepted>({ max: acceptsMax })

  constructor(private readonly options: DeliveryOptions) {
    options.db.changes.onApplied(assetChanged, (change) => this.#ready.evict(change.subject))
    options.db.changes.onReset(() => this.#ready.clear())
  }

  /** Answers GET and HEAD below `/-/media/`; undefined for anything else. What lies ready is answered at once. */
  handle(request: Request): Response | Promise<Response> | undefined {
    const start = request.url.indexOf('/', 8)
    if (start === -1 || !request.url.startsWith(mediaPrefix, start)) return undefined
    if (request.method !== 'GET' && request.method !== 'HEAD') return undefined
    const target = request.url.slice(start)
    const accepted = this.#accepted(request.headers.get('accept'))
    const key = `${accepted.avif ? 'a' : ''}${accepted.webp ? 'w' : ''} ${target}`
    const ready = this.#ready.get(key)
    if (ready !== undefined && !this.options.guard.isGuarded(ready.assetId)) return answerReady(request, ready)
    return this.#answer(request, target, accepted, key).catch((error) => {
      if (error instanceof AppError) return problemResponse(error, request)
      this.options.reportBug(error, request)
      return internalError(request)
    })
  }

  /** The bytes as they were uploaded, to save: for their owners. @throws AppError not-found when they are gone. */
  async original(request: Request, row: AssetRow): Promise<Response> {
    const sent = await this.#file(request, row, {
      'content-type': contentTypeOf(row),
      'content-disposition': disposition('attachment', row),
      'cache-control': 'private, no-cache',
    })
    return request.method === 'HEAD' ? withHeadLength(sent) : sent
  }

  async #answer(request: Request, target: string, accepted: Accepted, key: string): Promise<Response> {
    const url = new URL(target, 'http://localhost')
    const [id = '', version = '', name, ...rest] = url.pathname.slice(mediaPrefix.length).split('/')
    const row = rest.length === 0 ? this.options.assets.find(id) : undefined
    if (row === undefined) throw new AppError('not-found', 'There is no such file, or not any more.')
    if (!isCurrent(version, row)) {
      // Other bytes stand under this id now: the old address leads to them, but never shows them as its own.
      return new Response(null, {
        status: 302,
        headers: {
          location: `${addressOf(row)}${name === undefined ? '' : `/${name}`}${url.search}`,
          'cache-control': 'public, max-age=60',
          ...safe,
        },
      })
    }
    const signed = this.options.signer.verify(url.pathname, url.searchParams)
    if (signed.state === 'false') throw new AppError('forbidden', 'The signature of this address is not valid.')
    if (signed.state === 'expired') throw new AppError('forbidden', 'This address has expired. Open the page again.')
    // A signature without an end may be from when the file was for everybody.
    const opens = signed.state === 'true' && signed.expiresS !== undefined
    if (!opens && this.options.guard.isGuarded(row.id)) {
      throw new AppError('forbidden', 'This file is not for everybody. Open the page that shows it.')
    }
    if (name !== undefined) return this.#filmFile(request, row, { name, path: url.pathname }, signed)
    if (row.kind === 'image') return this.#picture(request, row, url, { accepted, key, signed })
    return this.#file(request, row, {
      'content-type': contentTypeOf(row),
      'content-disposition': disposition(shown.includes(row.type) ? 'inline' : 'attachment', row),
      'cache-control': lasting(signed, immutable),
      'cache-tag': row.id,
    })
  }

  async #picture(
    request: Request,
    row: AssetRow,
    url: URL,
    { accepted, key, signed }: { accepted: Accepted; key: string; signed: Signed },
  ): Promise<Response> {
    const asked = parseRequest(url.searchParams)
    const isExact = signed.state === 'true'
    const choice: Choice = chooseVariant(row, readEncodings(row.encodings), asked, accepted, isExact)
    const made = await this.options.variants.get({ ...row, ...choice.source }, choice.variant, choice.stands)
    const etag = `"${made.tag}"`
    const headers: Record<string, string> = {
      'content-type': types[choice.variant.format],
      'cache-control': lasting(signed, asked.format === undefined ? negotiated : immutable),
      'cache-tag': row.id,
      ...(asked.format === undefined && { vary: 'Accept' }),
      ...safe,
    }
    // The row may have changed while the variant was made: then this is the last answer from the old one.
    const isStill = this.options.assets.find(row.id) === row
    const isReady = isStill && lasting(signed, '') === '' && isPlainRequest(url.searchParams)
    if (isReady) this.#ready.set(key, row.id, made.bytes, etag, headers)
    const status = made.made ? 'encapsify; fwd=miss; stored' : 'encapsify; hit; detail=disk'
    return answer(request, { ...sendable(made.bytes), etag, headers: { ...headers, 'cache-status': status } })
  }

  /** A playlist, a rung, a still, captions: all of them in parts where a player asks for parts. */
  async #filmFile(
    request: Request,
    row: AssetRow,
    { name, path }: { name: string; path: string },
    signed: Signed,
  ): Promise<Response> {
    const film = this.options.films.of(row)
    const file = film === undefined ? undefined : filmFile(film, name)
    if (file === undefined) throw new AppError('not-found', 'There is no such file, or not any more.')
    const headers = { 'content-type': file.type, 'cache-tag': row.id, 'access-control-allow-origin': '*' }
    const isSigned = signed.state === 'true'
    const isText = file.kind === 'written' || (isSigned && name.endsWith('.m3u8'))
    if (!isText) return this.#file(request, row, { ...headers, 'cache-control': lasting(signed, immutable) }, name)
    const text = file.kind === 'written' ? file.text : await this.#playlist(row, name)
    const folder = path.slice(0, -name.length)
    const sign = (part: string) =>
      this.options.signer
        .sign(folder + part, new URLSearchParams(), { expiresS: isSigned ? signed.expiresS : undefined })
        .slice(folder.length)
    const bytes = new TextEncoder().encode(isSigned ? signParts(name, text, sign) : text)
    const tag = new Bun.CryptoHasher('sha256').update(bytes).digest('base64url').slice(0, 22)
    const isFinal = file.kind === 'kept' || file.isFinal
    const cacheControl = isFinal ? lasting(signed, immutable) : lasting(signed, growing, growingS)
    return answer(request, {
      ...sendable(bytes),
      etag: `"${tag}"`,
      headers: { ...headers, 'cache-control': cacheControl, ...safe },
    })
  }

  /** A rung's playlist as text. @throws AppError not-found when it is gone. */
  async #playlist({ organizationId, hash }: AssetRow, name: string): Promise<string> {
    const key = { organizationId: organizationId as OrganizationId, hash, derived: name }
    const found = await this.options.originals.find(key)
    if (found === undefined) throw gone()
    try {
      if (found.bytes > limits.playlistBytesMax) throw new Error('This is no playlist of ours.')
      return await new Response(found.stream()).text()
    } finally {
      found.held?.[Symbol.dispose]()
    }
  }

  async #file(request: Request, row: AssetRow, headers: Record<string, string>, derived?: string): Promise<Response> {
    const organizationId = row.organizationId as OrganizationId
    const key = { organizationId, hash: row.hash, ...(derived !== undefined && { derived }) }
    const found = await this.options.originals.find(key)
    if (found === undefined) throw gone()
    const { held, path } = found
    try {
      return await answer(request, {
        bytes: found.bytes,
        etag: `"${row.hash.slice(0, 22)}${derived === undefined ? '' : `-${derived}`}"`,
        headers: { ...headers, ...safe },
        body: (range) => (held === undefined || path === undefined ? found.stream(range) : heldFileStream(path, range)),
      })
    } finally {
      held?.[Symbol.dispose]()
    }
  }

  #accepted(header: string | null): Accepted {
    const known = this.#accepts.get(header ?? '')
    if (known !== undefined) return known
    const accepted = acceptedBy(header)
    if ((header ?? '').length <= 500) this.#accepts.set(header ?? '', accepted)
    return accepted
  }
}

/** The usual question is answered with what was made before; validators and ranges take the longer way. */
function answerReady(request: Request, ready: ReadyVariant): Response | Promise<Response> {
  const { headers: asked } = request
  if (request.method === 'GET' && asked.get('if-none-match') === null && asked.get('range') === null) {
    return new Response(ready.blob, { headers: ready.headers })
  }
  return answer(request, {
    bytes: ready.blob.size,
    etag: ready.etag,
    headers: { ...ready.fields, 'cache-status': 'encapsify; hit' },
    body: (range) => (range === undefined ? ready.blob : ready.blob.slice(range.start, range.end)),
  })
}

function gone(): AppError {
  return new AppError('not-found', 'The bytes of this file are not here any more.')
}

/** What is for a time is kept by nobody but the browser, and no longer than that. */
function lasting(signed: Signed, otherwise: string, maxS = Number.POSITIVE_INFINITY): string {
  if (signed.state !== 'true' || signed.expiresS === undefined) return otherwise
  return `private, max-age=${Math.min(maxS, Math.max(0, signed.expiresS - Math.floor(Date.now() / 1_000)))}`
}

function sendable(bytes: Uint8Array<ArrayBuffer>) {
  return {
    bytes: bytes.byteLength,
    body: (range: { start: number; end: number } | undefined) =>
      range === undefined ? bytes : bytes.subarray(range.start, range.end),
  }
}

/** Text has its charset; what could be run as a page never has its own type. */
function contentTypeOf({ type }: AssetRow): string {
  return type.startsWith('text/') ? `${type}; charset=utf-8` : type
}

/** RFC 6266, with the name both plain and in UTF-8 (RFC 8187). */
function disposition(kind: 'inline' | 'attachment', { name }: AssetRow): string {
  const plain = name.replace(/[^\x20-\x7e]|["\\%]/g, '_')
  const exact = encodeURIComponent(name).replace(/['()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`)
  return `${kind}; filename="${plain}"; filename*=UTF-8''${exact}`
}

import { promisify } from 'node:util'
import { brotliCompress, constants, gzip, zstdCompress } from 'node:zlib'
import { type Encoding, negotiate } from '../../../src/http/encoding.ts'
import type { Door } from '../../../src/http/server.ts'
import { type Picture, pictureAt, pictureUrl, picturesPrefix as prefix } from './album.ts'

const offered = ['br', 'zstd', 'gzip', 'identity'] as const satisfies readonly Encoding[]
/** How long a browser may remember that a picture was redrawn: the newest one may be redrawn too. */
const movedMaxAgeS = 3_600

const brotli = promisify<Buffer, { params: Record<number, number> }, Buffer>(brotliCompress)
const encoders: Readonly<Record<Encoding, (svg: Buffer) => Promise<Buffer>>> = {
  br: (svg) => brotli(svg, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: svg.length } }),
  zstd: promisify<Buffer, Buffer>(zstdCompress),
  gzip: promisify<Buffer, Buffer>(gzip),
  identity: async (svg) => svg,
}

/**
 * Answers `/-/pictures/{name}-{hash}.svg`, for ever cacheable because the hash names the contents; the address of an earlier
 * drawing leads to the newest. Anything else is left to the next door.
 */
export function pictureDoor(): Door {
  // Bounded: the pictures that there are, in each encoding.
  const ready = new Map<string, Promise<Uint8Array<ArrayBuffer>>>()
  const bytesOf = (picture: Picture, encoding: Encoding) => {
    const key = `${picture.hash}-${encoding}`
    let bytes = ready.get(key)
    if (bytes === undefined) {
      bytes = encoders[encoding](Buffer.from(picture.svg)).then((encoded) => new Uint8Array(encoded))
      ready.set(key, bytes)
    }
    return bytes
  }
  return (request) => {
    // Every request passes here: an address is taken apart only when it may be one of ours.
    if (!request.url.includes(prefix) || (request.method !== 'GET' && request.method !== 'HEAD')) return undefined
    const found = pictureAt(new URL(request.url).pathname)
    if (found === undefined) return undefined
    if (found.hash !== found.picture.hash) {
      const headers = { location: pictureUrl(found.name), 'cache-control': `public, max-age=${movedMaxAgeS}` }
      return new Response(null, { status: 302, headers })
    }
    const encoding = negotiate(request.headers.get('accept-encoding'), offered)
    if (encoding === undefined) return new Response(null, { status: 406, headers: { vary: 'Accept-Encoding' } })
    return answer(request, found.picture, encoding, bytesOf)
  }
}

async function answer(
  request: Request,
  picture: Picture,
  encoding: Encoding,
  bytesOf: (picture: Picture, encoding: Encoding) => Promise<Uint8Array<ArrayBuffer>>,
): Promise<Response> {
  const etag = `"${picture.hash}-${encoding}"`
  const headers = {
    'content-type': 'image/svg+xml',
    'cache-control': 'public, max-age=31536000, immutable',
    // Opened by itself an SVG is a document: it may run and load nothing.
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
    'x-content-type-options': 'nosniff',
    vary: 'Accept-Encoding',
    etag,
    ...(encoding !== 'identity' && { 'content-encoding': encoding }),
  }
  const match = request.headers.get('if-none-match')
  if (match?.split(',').some((one) => one.trim().replace(/^W\//, '') === etag || one.trim() === '*')) {
    return new Response(null, { status: 304, headers })
  }
  const bytes = await bytesOf(picture, encoding)
  return new Response(request.method === 'HEAD' ? null : bytes, {
    headers: { ...headers, 'content-length': String(bytes.length) },
  })
}

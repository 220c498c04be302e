import { promisify } from 'node:util'
import { brotliCompress, constants, gzip, zstdCompress } from 'node:zlib'
import { type Encoding, negotiate } from './encoding.ts'

/** Below that, a packet is a packet. */
const bytesMin = 1_024
const offered: readonly Encoding[] = ['zstd', 'br', 'gzip', 'identity']
/** What lies in memory whole: exports and events are streams, and stay as they are. */
const types = /^application\/(?:[\w.-]+\+)?json\b/

const packers = {
  // In threads of their own; cheap levels, because each answer is packed for one.
  zstd: (bytes: Uint8Array) => promisify(zstdCompress)(bytes, { params: { [constants.ZSTD_c_compressionLevel]: 3 } }),
  br: (bytes: Uint8Array) => promisify(brotliCompress)(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } }),
  gzip: (bytes: Uint8Array) => promisify(gzip)(bytes, { level: 4 }),
} as const

/**
 * JSON above a size in the coding that its reader likes best. An ETag stays what it is: of a draft it is the revision, which
 * `If-Match` names whatever the coding was, and no shared cache ever keeps what the API answers.
 */
export async function compressed(request: Request, response: Response): Promise<Response> {
  const accepted = request.headers.get('accept-encoding')
  if (accepted === null || response.body === null || request.method === 'HEAD') return response
  const { headers } = response
  if (headers.has('content-encoding') || !types.test(headers.get('content-type') ?? '')) return response
  headers.append('vary', 'Accept-Encoding')
  const encoding = negotiate(accepted, offered)
  if (encoding === undefined || encoding === 'identity') return response
  const bytes = await response.bytes()
  if (bytes.length < bytesMin) return new Response(bytes, response)
  const packed = await packers[encoding](bytes)
  headers.set('content-encoding', encoding)
  headers.delete('content-length')
  return new Response(new Uint8Array(packed), { status: response.status, statusText: response.statusText, headers })
}

import { open } from 'node:fs/promises'
import type { AssetKind } from '../schema.ts'

export interface ContentType {
  readonly kind: AssetKind
  /** The media type; `application/octet-stream` for what is not known. */
  readonly type: string
}

/** As much of a file as says what it is. */
const headBytes = 4_096

/** Pictures that are decoded here; anything else that shows pictures is a file to download. */
export const pictureTypes = [
  'image/jpeg',
  'image/png',
  'image/webp',
  'image/gif',
  'image/avif',
  'image/svg+xml',
] as const

/** What begins with these bytes, at this place, is of this type (each format's own specification; IANA's type names). */
const signatures: readonly (readonly [at: number, bytes: string, type: string])[] = [
  [0, '\xff\xd8\xff', 'image/jpeg'],
  [0, '\x89PNG\r\n\x1a\n', 'image/png'],
  [0, 'GIF87a', 'image/gif'],
  [0, 'GIF89a', 'image/gif'],
  [8, 'WEBP', 'image/webp'],
  [0, 'II*\0', 'image/tiff'],
  [0, 'MM\0*', 'image/tiff'],
  [0, '8BPS', 'image/vnd.adobe.photoshop'],
  [8, 'WAVE', 'audio/wav'],
  [0, 'fLaC', 'audio/flac'],
  [0, 'ID3', 'audio/mpeg'],
  [0, '%PDF-', 'application/pdf'],
  [0, 'PK\x03\x04', 'application/zip'],
  [0, '\x1f\x8b', 'application/gzip'],
]
/** Major brands of ISO base media files (ISO/IEC 14496-12). */
const brands: Readonly<Record<string, string>> = {
  avif: 'image/avif',
  avis: 'image/avif',
  heic: 'image/heic',
  heix: 'image/heic',
  mif1: 'image/heic',
  msf1: 'image/heic',
  'M4A ': 'audio/mp4',
  'M4B ': 'audio/mp4',
  'qt  ': 'video/quicktime',
}

/** What a file is, by its first bytes and never by its name. */
export async function contentTypeOf(path: string): Promise<ContentType> {
  const handle = await open(path, 'r')
  try {
    const head = new Uint8Array(headBytes)
    const { bytesRead } = await handle.read(head, 0, headBytes, 0)
    return contentType(head.subarray(0, bytesRead))
  } finally {
    await handle.close()
  }
}

export function contentType(head: Uint8Array): ContentType {
  const type = typeOf(head)
  return { type, kind: kindOf(type) }
}

function kindOf(type: string): AssetKind {
  if ((pictureTypes as readonly string[]).includes(type)) return 'image'
  if (type.startsWith('video/')) return 'video'
  return type.startsWith('audio/') ? 'audio' : 'file'
}

function typeOf(head: Uint8Array): string {
  const bytes = Buffer.from(head).toString('latin1')
  for (const [at, signature, type] of signatures) {
    if (bytes.startsWith(signature, at) && (at === 0 || bytes.startsWith('RIFF'))) return type
  }
  if (bytes.startsWith('ftyp', 4)) return brands[bytes.slice(8, 12)] ?? 'video/mp4'
  if (bytes.startsWith('\x1aE\xdf\xa3')) return bytes.includes('webm') ? 'video/webm' : 'video/x-matroska'
  if (bytes.startsWith('OggS')) return bytes.includes('theora') ? 'video/ogg' : 'audio/ogg'
  if (isMpegAudio(head)) return 'audio/mpeg'
  return textType(head) ?? 'application/octet-stream'
}

/** A frame header of MPEG audio, layer III: eleven bits set, then no reserved value (ISO/IEC 11172-3). */
function isMpegAudio(head: Uint8Array): boolean {
  const [first = 0, second = 0, third = 0] = head
  return first === 0xff && (second & 0xe6) === 0xe2 && (third & 0xf0) !== 0xf0 && (third & 0x0c) !== 0x0c
}

function textType(head: Uint8Array): string | undefined {
  if (head.length === 0 || head.includes(0)) return undefined
  let text: string
  try {
    // A character cut by the end of the head is no fault of the file.
    text = new TextDecoder('utf-8', { fatal: true }).decode(head, { stream: true })
  } catch {
    return undefined
  }
  if (/^WEBVTT(\s|$)/.test(text)) return 'text/vtt'
  return isSvg(text) ? 'image/svg+xml' : 'text/plain'
}

/** Its first element is `svg`, after whatever an XML file may begin with. */
function isSvg(text: string): boolean {
  const first = text.replace(/^\s*(<\?[^>]*\?>\s*|<!--[\s\S]*?-->\s*|<!DOCTYPE[^[>]*(\[[^\]]*\])?[^>]*>\s*)*/i, '')
  return /^<(\w+:)?svg[\s>/]/i.test(first)
}

/** Signs the address of a part beside the text that names it. */
export type SignPart = (name: string) => string

/** Names in a playlist of ours: its own lines, and the part that all segments begin with (RFC 8216, 4.1 and 4.3.2.5). */
const named = /^(?!#)([\w.-]+)$|(?<=^#EXT-X-MAP:(?:[^"\n]*,)?URI=")([\w.-]+)(?=")/gm
const frames = /^storyboard\.jpg(?=#xywh=)/gm

/**
 * What a film's text names besides itself, signed as the text's own address was: players ask for parts by what stands in it, and
 * who may read it may have them, as long and no longer. Captions name nothing: they are the owner's words, and stay as they are.
 */
export function signParts(name: string, text: string, sign: SignPart): string {
  if (name.endsWith('.m3u8')) return text.replace(named, sign)
  return name === 'storyboard.vtt' ? text.replace(frames, sign) : text
}

/**
 * The VP8 key frame inside a lossy WebP picture (RFC 9649, 2.5): the container's first chunk after its header.
 * @throws Error for a picture with transparency or without loss, which hold something else.
 */
export function keyFrameOf(webp: Uint8Array): Uint8Array {
  const view = new DataView(webp.buffer, webp.byteOffset, webp.byteLength)
  const name = (at: number) => String.fromCharCode(...webp.subarray(at, at + 4))
  if (name(0) !== 'RIFF' || name(8) !== 'WEBP' || name(12) !== 'VP8 ') throw new Error('This is no plain lossy WebP.')
  return webp.subarray(20, 20 + view.getUint32(16, true))
}

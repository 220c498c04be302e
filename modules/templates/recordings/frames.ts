import { loadSharp } from '../../../src/images/sharp.ts'
import type { FrameEncoder } from './recordings.ts'

/** Good enough for flat colours, and half of what quality 85 takes. */
const quality = 72
const effort = 3

/** Frames by sharp, which is loaded when the first one is drawn. */
export function frameEncoder(nativeFolder: string): FrameEncoder {
  return async (svg) => {
    const sharp = await loadSharp(nativeFolder)
    return sharp(Buffer.from(svg)).removeAlpha().webp({ quality, effort }).toBuffer()
  }
}

import type Sharp from 'sharp'
import { keepNativeLibrariesIn } from './native.ts'

/** What images may be read from: everything else that libvips could open stays closed, whatever a file says of itself. */
const loaders = ['Jpeg', 'Png', 'Webp', 'Heif', 'Nsgif', 'Svg']

let loading: Promise<typeof Sharp> | undefined

/**
 * sharp, loaded when the first image needs it (some 30 MB of memory until then unspent), with bounded cache and
 * concurrency: a burst must fit a 512 MB machine.
 */
export function loadSharp(nativeFolder: string): Promise<typeof Sharp> {
  loading ??= load(nativeFolder)
  return loading
}

async function load(nativeFolder: string): Promise<typeof Sharp> {
  keepNativeLibrariesIn(nativeFolder)
  const { default: sharp } = await import('sharp')
  sharp.cache({ memory: 32, files: 0, items: 32 })
  sharp.concurrency(1)
  sharp.block({ operation: ['VipsForeignLoad'] })
  sharp.unblock({ operation: loaders.map((loader) => `VipsForeignLoad${loader}`) })
  return sharp
}

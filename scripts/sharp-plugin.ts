import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import type { BunPlugin } from 'bun'

/**
 * Embeds sharp and libvips in the executable: sharp's own loader, which looks for packages on the disk, is replaced by one
 * that lays the embedded files out and loads them. Names are read from what is installed, so they follow platform and version.
 */
export function embedSharp(): BunPlugin {
  return {
    name: 'embed-sharp',
    setup(build) {
      build.onLoad({ filter: /sharp[\\/]dist[\\/]sharp\.(mjs|cjs)$/ }, ({ path }) => ({
        loader: 'ts',
        contents: loader(resolve(dirname(path), '../../@img')),
      }))
    },
  }
}

function loader(packages: string): string {
  const libvips = nativeFile(packages, /^sharp-libvips-/, /^libvips-cpp\.so|\.dylib$|\.dll$/)
  const sharp = nativeFile(packages, /^sharp-(?!libvips)/, /\.node$/)
  const hash = new Bun.CryptoHasher('sha256')
  for (const path of [sharp, libvips]) hash.update(readFileSync(join(packages, path)))
  const name = hash.digest('hex').slice(0, 16)
  const file = (path: string) => JSON.stringify(join(packages, path))
  return `
    import sharpFile from ${file(sharp)} with { type: 'file' }
    import libvipsFile from ${file(libvips)} with { type: 'file' }
    import { loadNative } from ${JSON.stringify(resolve('src/images/native.ts'))}
    export default loadNative(${JSON.stringify(name)}, [
      { embedded: sharpFile, path: ${JSON.stringify(`@img/${sharp}`)} },
      { embedded: libvipsFile, path: ${JSON.stringify(`@img/${libvips}`)} },
    ])`
}

function nativeFile(packages: string, packageName: RegExp, fileName: RegExp): string {
  for (const name of readdirSync(packages).filter((one) => packageName.test(one))) {
    const file = readdirSync(join(packages, name, 'lib')).find((one) => fileName.test(one))
    if (file !== undefined) return `${name}/lib/${file}`
  }
  throw new Error(`sharp is not installed whole: nothing like ${fileName} in ${packages}.`)
}

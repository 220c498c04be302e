import { chmodSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

/** A file that the executable carries, and where its package keeps it: sharp finds libvips by a relative RPATH. */
export interface EmbeddedFile {
  readonly embedded: string
  /** For example `@img/sharp-linux-x64/lib/sharp-linux-x64-0.35.5.node`. */
  readonly path: string
}

let folder = join(tmpdir(), `encapsify-native-${process.getuid?.() ?? 0}`)

/** Where native libraries are laid out; call it before the first image is made. */
export function keepNativeLibrariesIn(path: string): void {
  folder = path
}

/**
 * Lays the files out once, in a private folder named by their contents, and loads the first as a native module.
 * Only the compiled executable comes here: the build puts a call of this in the place of sharp's own loader.
 * @throws Error when the folder can't be written or belongs to somebody else.
 */
export function loadNative(hash: string, files: readonly EmbeddedFile[]): unknown {
  const home = join(folder, hash)
  if (!isComplete(home, files)) layOut(home, files)
  const main = files[0]
  if (main === undefined) throw new Error('No native module is embedded.')
  const module = { exports: {} }
  process.dlopen(module, join(home, main.path))
  return module.exports
}

function isComplete(home: string, files: readonly EmbeddedFile[]): boolean {
  return files.every(({ embedded, path }) => {
    const there = statSync(join(home, path), { throwIfNoEntry: false })
    return there !== undefined && there.size === Bun.file(embedded).size && there.uid === process.getuid?.()
  })
}

/** Written aside and renamed: two processes that start at once never see half a library. */
function layOut(home: string, files: readonly EmbeddedFile[]): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  chmodSync(folder, 0o700)
  const aside = mkdtempSync(join(folder, 'new-'))
  for (const { embedded, path } of files) {
    mkdirSync(dirname(join(aside, path)), { recursive: true, mode: 0o700 })
    writeFileSync(join(aside, path), readFileSync(embedded), { mode: 0o500 })
  }
  try {
    renameSync(aside, home)
  } catch (error) {
    rmSync(aside, { recursive: true, force: true })
    if (!isComplete(home, files)) throw error
  }
}

/** How this very program is started once more: the executable, or Bun with the source. */
export const entry: readonly string[] = Bun.isStandaloneExecutable
  ? [process.execPath]
  : [process.execPath, Bun.fileURLToPath(new URL('../main.ts', import.meta.url))]

/** Where a Worker's code is: an entry of the executable, or a file of the source. */
export const positionsUrl: string = Bun.isStandaloneExecutable
  ? './positions.js'
  : new URL('../positions.ts', import.meta.url).href

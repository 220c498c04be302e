import { accessSync, constants, mkdirSync } from 'node:fs'

/**
 * Makes the data folder where there is none, for its owner only, and sees that this user may write in it.
 * @throws Error with one line that names the folder and says what to do.
 */
export function makeDataFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK)
  } catch (cause) {
    const why = cause instanceof Error && 'code' in cause ? ` (${cause.code})` : ''
    throw new Error(
      `The data folder ${folder} can't be written${why}: change its owner, or name another with --data or ENCAPSIFY_DATA.`,
      { cause },
    )
  }
}

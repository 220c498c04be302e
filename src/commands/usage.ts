import { type ParseArgsConfig, parseArgs } from 'node:util'

/** The command line asks for what there is not: exit code 2. */
export class BadUsage extends Error {}

/** Says one line on the error stream; returns the exit code: 2 for bad usage, 1 for what went wrong while working. */
export function fail(message: string, code = 2): number {
  console.error(`encapsify: ${message}`)
  return code
}

/** Reads a command's flags. @throws BadUsage with one line when a flag is unknown or lacks its value, or a word is too many. */
export function flags<T extends NonNullable<ParseArgsConfig['options']>>(args: string[], options: T) {
  try {
    return parseArgs({ args, options, allowPositionals: false, strict: true }).values
  } catch (error) {
    throw new BadUsage(`${error instanceof Error ? error.message : String(error)}. See: encapsify help`)
  }
}

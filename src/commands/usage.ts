import { type ParseArgsConfig, parseArgs } from 'node:util'

/** Says one line on the error stream; returns the exit code: 2 for bad usage, 1 for what went wrong while working. */
export function fail(message: string, code = 2): number {
  console.error(`encapsify: ${message}`)
  return code
}

/** Reads a command's flags. @throws Error with one line when a flag is unknown or lacks its value. */
export function flags<T extends NonNullable<ParseArgsConfig['options']>>(args: string[], options: T) {
  return parseArgs({ args, options, allowPositionals: false, strict: true }).values
}

import { version } from '../../package.json' with { type: 'json' }
import { flags } from './usage.ts'

/** `encapsify version`: this program's version and the runtime's. */
export async function run(args: string[]): Promise<number> {
  flags(args, {})
  console.log(`encapsify ${version} (Bun ${Bun.version})`)
  return 0
}

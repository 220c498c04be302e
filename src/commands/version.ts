import { version } from '../../package.json' with { type: 'json' }

/** `encapsify version`: this program's version and the runtime's. */
export async function run(): Promise<number> {
  console.log(`encapsify ${version} (Bun ${Bun.version})`)
  return 0
}

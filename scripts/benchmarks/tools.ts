import { existsSync, mkdirSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'

/** Where tools that the benchmarks build are kept between runs. */
const folder = join(Bun.env.XDG_CACHE_HOME ?? (Bun.env.HOME ? join(homedir(), '.cache') : tmpdir()), 'encapsify/tools')

/** oha 1.16, the load tool: built by cargo the first time (5 to 20 minutes). Returns its path. */
export async function oha(): Promise<string> {
  const path = join(folder, 'bin/oha')
  if (!existsSync(path)) await install(['cargo', 'install', 'oha', '--version', '1.16.0', '--locked', '--root', folder])
  return path
}

/** PocketBase 0.39.11, the named peer: built by Go the first time (about 2 minutes). Undefined without Go. */
export async function pocketBase(): Promise<string | undefined> {
  const path = join(folder, 'bin/base')
  if (existsSync(path)) return path
  if (Bun.which('go') === null) return undefined
  mkdirSync(join(folder, 'bin'), { recursive: true })
  await install(['go', 'install', 'github.com/pocketbase/pocketbase/examples/base@v0.39.11'], {
    GOBIN: join(folder, 'bin'),
  })
  return path
}

/** The Centrifuge peer of the live benchmark, built by Go the first time. Undefined without Go. */
export async function centrifuge(): Promise<string | undefined> {
  const path = join(folder, 'bin/centrifuge-peer-0.40.1')
  if (existsSync(path)) return path
  if (Bun.which('go') === null) return undefined
  mkdirSync(join(folder, 'bin'), { recursive: true })
  const source = new URL('./peers/centrifuge', import.meta.url).pathname
  await install(['go', 'build', '-C', source, '-o', path, '.'])
  return path
}

async function install(command: string[], env: Record<string, string> = {}): Promise<void> {
  process.stderr.write(`Building a tool for the benchmarks: ${command.join(' ')}\n`)
  const child = Bun.spawn(command, { stdout: 'inherit', stderr: 'inherit', env: { ...Bun.env, ...env } })
  if ((await child.exited) !== 0) throw new Error(`${command[0]} could not build ${command[2]}.`)
}

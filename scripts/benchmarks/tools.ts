import { existsSync, mkdirSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'

/** Where tools that the benchmarks build are kept between runs. */
export const toolsFolder = join(
  Bun.env.XDG_CACHE_HOME ?? (Bun.env.HOME ? join(homedir(), '.cache') : tmpdir()),
  'encapsify/tools',
)

/** oha 1.16, the load tool: built by cargo the first time (5 to 20 minutes). Returns its path. */
export async function oha(): Promise<string> {
  const path = join(toolsFolder, 'bin/oha')
  if (!existsSync(path))
    await install(['cargo', 'install', 'oha', '--version', '1.16.0', '--locked', '--root', toolsFolder])
  return path
}

/** PocketBase 0.39.11, the named peer: built by Go the first time (about 2 minutes). Undefined without Go. */
export async function pocketBase(): Promise<string | undefined> {
  const path = join(toolsFolder, 'bin/base')
  if (existsSync(path)) return path
  if (Bun.which('go') === null) return undefined
  mkdirSync(join(toolsFolder, 'bin'), { recursive: true })
  await install(['go', 'install', 'github.com/pocketbase/pocketbase/examples/base@v0.39.11'], {
    GOBIN: join(toolsFolder, 'bin'),
  })
  return path
}

/** ipx 3.1.1, the named peer for images, installed by npm; returns a program that serves a folder. Undefined without npm. */
export async function ipx(): Promise<string | undefined> {
  const home = join(toolsFolder, 'ipx-3.1.1')
  const program = join(home, 'serve.mjs')
  if (existsSync(program)) return program
  if (Bun.which('npm') === null || Bun.which('node') === null) return undefined
  mkdirSync(home, { recursive: true })
  await install(['npm', 'install', '--silent', '--prefix', home, 'ipx@3.1.1'])
  await Bun.write(
    program,
    `import { createServer } from 'node:http'
    import { createIPX, createIPXNodeServer, ipxFSStorage } from 'ipx'
    const [, , dir, port] = process.argv
    const serve = createIPXNodeServer(createIPX({ storage: ipxFSStorage({ dir }) }))
    createServer((request, response) => request.url === '/ready' ? response.end('ready') : serve(request, response)).listen(Number(port), '127.0.0.1')`,
  )
  return program
}

async function install(command: string[], env: Record<string, string> = {}): Promise<void> {
  process.stderr.write(`Building a tool for the benchmarks: ${command.join(' ')}\n`)
  const child = Bun.spawn(command, { stdout: 'inherit', stderr: 'inherit', env: { ...Bun.env, ...env } })
  if ((await child.exited) !== 0) throw new Error(`${command[0]} could not build ${command[2]}.`)
}

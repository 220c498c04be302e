import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'

/**
 * Tools that are built once and kept between runs: load tools and peers for the benchmarks, LiteFS and the delay line for the
 * laboratory. Nothing needs the cache to be there: what is missing is built.
 */
export const toolsFolder = join(
  Bun.env.XDG_CACHE_HOME ?? (Bun.env.HOME ? join(homedir(), '.cache') : tmpdir()),
  'encapsify/tools',
)
const bin = join(toolsFolder, 'bin')

/** oha 1.16, the load tool: built by cargo the first time (5 to 20 minutes). Returns its path. */
export async function oha(): Promise<string> {
  const path = join(bin, 'oha')
  if (!existsSync(path))
    await build(['cargo', 'install', 'oha', '--version', '1.16.0', '--locked', '--root', toolsFolder])
  return path
}

/** PocketBase 0.39.11, the named peer: built by Go the first time (about 2 minutes). Undefined without Go. */
export async function pocketBase(): Promise<string | undefined> {
  const path = join(bin, 'base')
  if (existsSync(path)) return path
  const go = goCommand()
  if (go === undefined) return undefined
  mkdirSync(bin, { recursive: true })
  await build([go, 'install', 'github.com/pocketbase/pocketbase/examples/base@v0.39.11'], { env: { GOBIN: bin } })
  return path
}

/** The Centrifuge peer of the live benchmark: built by Go the first time (about a minute). Undefined without Go. */
export async function centrifuge(): Promise<string | undefined> {
  if (goCommand() === undefined) return undefined
  const source = join(import.meta.dir, 'benchmarks/peers/centrifuge')
  return goProgram('centrifuge-peer', source, '.', ['go.mod', 'go.sum', 'main.go'], '0')
}

/** ipx 3.1.1, the named peer for images, installed by npm; returns a program that serves a folder. Undefined without npm. */
export async function ipx(): Promise<string | undefined> {
  const home = join(toolsFolder, 'ipx-3.1.1')
  const program = join(home, 'serve.mjs')
  if (existsSync(program)) return program
  if (Bun.which('npm') === null || Bun.which('node') === null) return undefined
  mkdirSync(home, { recursive: true })
  await build(['npm', 'install', '--silent', '--prefix', home, 'ipx@3.1.1'])
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

/** Lighthouse 13.5, installed by npm into a folder of its own; returns its program for node. Undefined without npm. */
export async function lighthouse(): Promise<string | undefined> {
  const home = join(toolsFolder, 'lighthouse-13.5.0')
  const program = join(home, 'node_modules/lighthouse/cli/index.js')
  if (existsSync(program)) return program
  if (Bun.which('npm') === null || Bun.which('node') === null) return undefined
  mkdirSync(home, { recursive: true })
  await build(['npm', 'install', '--silent', '--prefix', home, 'lighthouse@13.5.0'])
  return program
}

/**
 * LiteFS 0.5.14: built by Go the first time (1 to 2 minutes). `go install` refuses its module, because that replaces
 * dependencies; a module of ours that requires exactly this version, with its checksums beside it, is accepted.
 */
export async function litefs(): Promise<string> {
  const source = join(import.meta.dir, 'cluster-lab/litefs')
  return goProgram('litefs', source, 'github.com/superfly/litefs/cmd/litefs', ['go.mod', 'go.sum'], '1')
}

/** k6 1.8, the load tool with scenarios: built by Go the first time (about 6 minutes). */
export async function k6(): Promise<string> {
  return goInstalled('k6', 'go.k6.io/k6@v1.8.1')
}

/** versitygw 1.8, an S3 server over a folder: built by Go the first time (about 5 minutes, two without what it never needs). */
export async function versityGateway(): Promise<string> {
  return goInstalled('versitygw', 'github.com/versity/versitygw/cmd/versitygw@v1.8.0')
}

/**
 * An OpenTelemetry collector with an OTLP receiver and an exporter that writes what it got: composed by its own builder the first
 * time (about 3 minutes).
 */
export async function openTelemetryCollector(): Promise<string> {
  const path = join(bin, 'otel-collector')
  if (existsSync(path)) return path
  const go = goCommand()
  if (go === undefined) throw new Error('The collector is built with Go, which is missing: https://go.dev/dl')
  const home = join(toolsFolder, 'otel-collector')
  mkdirSync(home, { recursive: true })
  const version = 'v0.165.0'
  const config = join(home, 'builder.yaml')
  await Bun.write(
    config,
    `dist: { name: otel-collector, output_path: ${join(home, 'out')} }
receivers: [{ gomod: go.opentelemetry.io/collector/receiver/otlpreceiver ${version} }]
exporters: [{ gomod: go.opentelemetry.io/collector/exporter/debugexporter ${version} }]
`,
  )
  await build([go, 'run', `go.opentelemetry.io/collector/cmd/builder@${version}`, '--config', config])
  mkdirSync(bin, { recursive: true })
  renameSync(join(home, 'out/otel-collector'), path)
  return path
}

async function goInstalled(name: string, target: string): Promise<string> {
  const path = join(bin, name)
  if (existsSync(path)) return path
  const go = goCommand()
  if (go === undefined) throw new Error(`${name} is built with Go, which is missing: https://go.dev/dl`)
  mkdirSync(bin, { recursive: true })
  await build([go, 'install', target], { env: { GOBIN: bin } })
  return path
}

/** The delay line of the laboratory's network, from its source in this folder (seconds). */
export async function delayLine(): Promise<string> {
  return goProgram('delay-line', join(import.meta.dir, 'cluster-lab/delay'), '.', ['go.mod', 'main.go'], '0')
}

/** A file beside the program says what it was built from, so that a change of source is never missed. */
async function goProgram(name: string, source: string, target: string, inputs: string[], cgo: '0' | '1') {
  const hash = new Bun.CryptoHasher('sha256')
  for (const input of inputs) hash.update(readFileSync(join(source, input)))
  const from = hash.digest('hex')
  const path = join(bin, name)
  const stamp = `${path}.from`
  if (existsSync(path) && existsSync(stamp) && readFileSync(stamp, 'utf8') === from) return path
  const go = goCommand()
  if (go === undefined) throw new Error(`${name} is built with Go 1.24 or newer, which is missing: https://go.dev/dl`)
  mkdirSync(bin, { recursive: true })
  const made = `${path}.${process.pid}`
  const flags = ['-mod=readonly', '-buildvcs=false', '-trimpath', '-ldflags', '-s -w']
  await build([go, 'build', ...flags, '-o', made, target], { cwd: source, env: { CGO_ENABLED: cgo, GOFLAGS: '' } })
  // Renamed, not written over: one that runs stays whole.
  renameSync(made, path)
  writeFileSync(stamp, from)
  return path
}

/** Go where its installer puts it, also when the caller's PATH does not say so. */
function goCommand(): string | undefined {
  return Bun.which('go', { PATH: [Bun.env.PATH ?? '', '/usr/local/go/bin'].join(delimiter) }) ?? undefined
}

async function build(command: string[], options: { cwd?: string; env?: Record<string, string> } = {}): Promise<void> {
  process.stderr.write(`Building a tool, once: ${command.join(' ')}\n`)
  const child = Bun.spawn(command, {
    stdout: 'inherit',
    stderr: 'inherit',
    ...(options.cwd !== undefined && { cwd: options.cwd }),
    env: { ...Bun.env, ...options.env },
  })
  if ((await child.exited) !== 0) throw new Error(`This could not be built: ${command.join(' ')}`)
}

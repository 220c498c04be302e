import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

export const binary = resolve('dist/encapsify')

/** A server that a benchmark started; disposing stops it and removes its folder. */
export interface Server extends AsyncDisposable {
  readonly origin: string
  readonly pid: number
  readonly folder: string
  /** From the start of the process to its first 200. */
  readonly coldStartMs: number
}

export interface Demo {
  readonly organization: string
  readonly capsules: readonly { readonly id: string; readonly url: string }[]
  readonly apiKey: string
  readonly email: string
  readonly password: string
}

export function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), 'encapsify-bench-'))
}

/** Fills a folder with the demo and tells what it made. */
export async function demo(folder: string, port: number): Promise<Demo> {
  const child = Bun.spawn([binary, 'demo', '--json', '--data', folder], {
    stdout: 'pipe',
    stderr: 'inherit',
    env: { PATH: Bun.env.PATH ?? '', PORT: String(port) },
  })
  const text = await new Response(child.stdout).text()
  if ((await child.exited) !== 0) throw new Error('encapsify demo failed.')
  return JSON.parse(text) as Demo
}

export const metricsToken = 'bench-metrics-token'

export async function encapsify(folder: string, port: number, env: Record<string, string> = {}): Promise<Server> {
  return start([binary, 'serve', '--data', folder, '--port', String(port), '--host', '127.0.0.1'], {
    port,
    folder,
    ready: '/health/ready',
    env: { ENCAPSIFY_METRICS_TOKEN: metricsToken, ENCAPSIFY_URL: `http://localhost:${port}`, ...env },
  })
}

export async function start(
  command: string[],
  options: { port: number; folder: string; ready: string; env?: Record<string, string>; waitMs?: number },
): Promise<Server> {
  const origin = `http://127.0.0.1:${options.port}`
  const startedMs = performance.now()
  const child = Bun.spawn(command, {
    stdout: 'ignore',
    stderr: 'inherit',
    cwd: options.folder,
    env: { PATH: Bun.env.PATH ?? '', HOME: options.folder, ...options.env },
  })
  while (
    !(await fetch(origin + options.ready).then(
      (answer) => answer.ok,
      () => false,
    ))
  ) {
    if (child.exitCode !== null) throw new Error(`${command[0]} ended with ${child.exitCode}.`)
    if (performance.now() - startedMs > (options.waitMs ?? 30_000))
      throw new Error(`${command[0]} did not become ready.`)
    await Bun.sleep(2)
  }
  return {
    origin,
    pid: child.pid,
    folder: options.folder,
    coldStartMs: performance.now() - startedMs,
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM')
      await child.exited
    },
  }
}

/** CPU time that a process has used so far, in milliseconds (proc(5): utime and stime, in 1/100 s ticks). */
export function cpuMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) * 10
}

/** Resident memory in MiB. */
export function rssMiB(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024
}

export function remove(folder: string): void {
  rmSync(folder, { recursive: true, force: true })
}

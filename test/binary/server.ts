import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

export const binary = resolve('dist/encapsify')

/** The executable, serving from a folder of its own on a free port; disposing ends it and removes the folder. */
export interface Served extends AsyncDisposable {
  readonly origin: string
  readonly folder: string
  readonly pid: number
  readonly log: () => string
  /** Sends a signal and tells the exit code. */
  stop(signal: NodeJS.Signals): Promise<number>
}

export async function serve(
  options: { folder?: string; port?: number; env?: Record<string, string>; executable?: string } = {},
): Promise<Served> {
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'encapsify-served-'))
  const port = options.port ?? freePort()
  const child = Bun.spawn(
    [options.executable ?? binary, 'serve', '--port', String(port), '--host', '127.0.0.1', '--data', folder],
    {
      cwd: folder,
      env: { PATH: '/nonexistent', ENCAPSIFY_METRICS_TOKEN: 'metrics-for-tests', ...options.env },
      stdout: 'pipe',
      stderr: 'inherit',
    },
  )
  let log = ''
  const listening = Promise.withResolvers<void>()
  const reading = (async () => {
    const decoder = new TextDecoder()
    for await (const chunk of child.stdout) {
      log += decoder.decode(chunk, { stream: true })
      if (log.includes('listening on')) listening.resolve()
    }
    listening.reject(new Error(`The server ended before it listened: ${log}`))
  })()
  await listening.promise
  return {
    origin: `http://localhost:${port}`,
    folder,
    pid: child.pid,
    log: () => log,
    async stop(signal) {
      child.kill(signal)
      const code = await child.exited
      await reading
      return code
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await child.exited
      if (options.folder === undefined) rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** What `encapsify demo --json` says of a folder. */
export interface Demo {
  readonly origin: string
  readonly organization: string
  readonly capsules: readonly { readonly id: string; readonly url: string }[]
  readonly email: string
  readonly password: string
  readonly apiKey: string
}

/** Fills a folder with the demo, by the command. */
export async function demo(
  folder: string,
  options: { env?: Record<string, string>; executable?: string } = {},
): Promise<Demo> {
  const child = Bun.spawn([options.executable ?? binary, 'demo', '--json', '--data', folder], {
    cwd: folder,
    env: { PATH: '/nonexistent', ...options.env },
    stdout: 'pipe',
    stderr: 'pipe',
  })
  const text = await new Response(child.stdout).text()
  const code = await child.exited
  if (code !== 0) throw new Error(`encapsify demo ended with ${code}: ${await new Response(child.stderr).text()}`)
  return JSON.parse(text) as Demo
}

/** Where systems take no ports from for connections that are begun: on these one may lie while a server is started again. */
const [portMin, portsCount] = [20_000, 10_000]

export function freePort(): number {
  for (;;) {
    const port = portMin + Math.floor(Math.random() * portsCount)
    try {
      Bun.listen({ hostname: '127.0.0.1', port, socket: { data() {} } }).stop(true)
      return port
    } catch {}
  }
}

/** How many pages a server has thrown out of its memory, by its own count. */
export async function pagesGone(origin: string): Promise<number> {
  const answer = await fetch(`${origin}/metrics`, { headers: { authorization: 'Bearer metrics-for-tests' } })
  return Number(/^encapsify_cache_evictions_total\{kind="pages"\} (\d+)/m.exec(await answer.text())?.[1])
}

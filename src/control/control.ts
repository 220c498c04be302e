import { chmodSync, existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'

/** A socket's path has at most 107 bytes on Linux (unix(7)). */
const pathBytesMax = 107

/** Whose socket it is: the server's, or the guard's. */
type Door = 'control' | 'guard'

type Handler = (input: unknown) => Promise<unknown>

/**
 * How command-line tools act through the running server instead of beside it: HTTP on a Unix socket in the data folder,
 * for its owner only.
 */
export class ControlServer {
  readonly #handlers = new Map<string, Handler>()
  #server: ReturnType<typeof Bun.serve> | undefined

  constructor(
    private readonly folder: string,
    private readonly door: Door = 'control',
  ) {}

  handle(name: string, handler: Handler): void {
    this.#handlers.set(name, handler)
  }

  /** Call it when this process holds the data folder: a socket that is there then is a dead process's. */
  listen(): void {
    const path = socketPath(this.folder, this.door)
    if (path === undefined) return
    rmSync(path, { force: true })
    this.#server = Bun.serve({
      unix: path,
      fetch: async (request) => {
        const handler = this.#handlers.get(new URL(request.url).pathname.slice(1))
        if (handler === undefined)
          return Response.json({ error: 'The running server does not know this command.' }, { status: 404 })
        try {
          return Response.json({ result: (await handler(await request.json())) ?? null })
        } catch (error) {
          return Response.json({ error: error instanceof Error ? error.message : String(error) }, { status: 500 })
        }
      },
    })
    chmodSync(path, 0o600)
  }

  /** The socket is gone when this returns; the promise is that of what is still under way. */
  async close(): Promise<void> {
    const path = socketPath(this.folder, this.door)
    if (path !== undefined) rmSync(path, { force: true })
    await this.#server?.stop(true)
  }
}

/**
 * Asks the server that runs on this data folder. Undefined when none does.
 * @throws Error with what the server said.
 */
export async function callControl(
  folder: string,
  name: string,
  input: unknown,
  door: Door = 'control',
): Promise<{ result: unknown } | undefined> {
  const path = socketPath(folder, door)
  if (path === undefined || !existsSync(path)) return undefined
  const answer = await fetch(`http://control/${name}`, {
    unix: path,
    method: 'POST',
    body: JSON.stringify(input),
  }).catch(() => undefined)
  if (answer === undefined) return undefined
  const said = (await answer.json()) as { result?: unknown; error?: string }
  if (said.error !== undefined) throw new Error(said.error)
  return { result: said.result }
}

function socketPath(folder: string, door: Door): string | undefined {
  const path = join(folder, `${door}.sock`)
  return Buffer.byteLength(path) > pathBytesMax ? undefined : path
}

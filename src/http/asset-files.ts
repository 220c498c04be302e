import { staticPlugin } from '@elysiajs/static'
import { Elysia } from 'elysia'

/** What lies beside the assets and is none. A pattern must be a regular expression: the plugin reads text the wrong way round. */
const noAssets = [/\.(br|zst|json)$/]

/**
 * The assets' files as they are, by @elysiajs/static. It gets a route a file and no wildcard, which would join whatever a
 * request names to the folder; and none of its own validators, which are not quoted, keep what they answered under a wrong key
 * and hold a timer that never ends. It is made when somebody first takes no coding: nobody waits for that at the start.
 */
export class AssetFiles {
  #app: Promise<Elysia> | undefined

  constructor(
    private readonly folder: string,
    private readonly prefix: string,
  ) {}

  /** @param headers what the answer says besides its bytes */
  async answer(request: Request, headers: Headers): Promise<Response> {
    this.#app ??= this.#load()
    const app = await this.#app
    const { pathname } = new URL(request.url)
    const found = await app.handle(new Request(`http://localhost${pathname}`))
    // Its body stays the file that it is: Bun answers HEAD and ranges of a file by itself.
    if (found.status === 200) for (const [name, value] of headers) found.headers.set(name, value)
    return found
  }

  async #load(): Promise<Elysia> {
    const app = new Elysia()
    app.use(
      await staticPlugin({
        assets: this.folder,
        prefix: this.prefix.slice(0, -1),
        alwaysStatic: true,
        staticLimit: Number.POSITIVE_INFINITY,
        ignorePatterns: noAssets,
        etag: false,
        indexHTML: false,
        silent: true,
      }),
    )
    return app
  }
}

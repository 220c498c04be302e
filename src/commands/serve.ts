import { createApp } from '../app.ts'
import { environment, loadConfig } from '../config.ts'
import { ControlServer } from '../control/control.ts'
import { internalError } from '../http/problem.ts'
import { listen } from '../http/server.ts'
import { GuardLink } from '../node/link.ts'
import { flags } from './usage.ts'

/** kill -9 of this very process. */
function end(): never {
  process.kill(process.pid, 'SIGKILL')
  throw new Error('This process has ended.')
}

/** How long a node of a cluster goes on answering after it has said that it is not ready. */
const noticedMs = 2_500

/** `encapsify serve`: runs until SIGTERM or SIGINT, then drains. A second signal does not wait. */
export async function run(args: string[]): Promise<number> {
  const text = { type: 'string' } as const
  const given = flags(args, { port: text, host: text, data: text, guarded: { type: 'boolean' } })
  const config = loadConfig(environment, given)
  if (config.cluster !== undefined && given.guarded !== true) {
    throw new Error('ENCAPSIFY_LITEFS is set: a node of a cluster is run by: encapsify node')
  }
  const stopped = Promise.withResolvers<number>()
  // Before anything else: a signal during the start ends it in order too.
  let signals = 0
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => (signals++ === 0 ? stopped.resolve(0) : process.kill(process.pid, 'SIGKILL')))
  }
  // Without its guard nothing that it says may be believed.
  const link = given.guarded === true ? new GuardLink(end) : undefined
  const app = await createApp(config, {
    ...(link !== undefined && { link }),
    onWriterLost(error) {
      app.log.fatal({ err: error }, 'the writer is gone: this process can no longer store anything and ends')
      stopped.resolve(1)
    },
  }).catch((error: unknown) => {
    if (link === undefined) throw error
    // Its threads and its way to the guard would keep it from ending; the guard starts another.
    console.error(`encapsify: ${error instanceof Error ? error.message : String(error)}`)
    return end()
  })
  const server = listen({
    ...config.http,
    doors: app.doors,
    onError(error, request) {
      app.log.error({ err: error }, 'a bug')
      return request === undefined ? new Response('Internal error', { status: 500 }) : internalError(request)
    },
  })
  const control = new ControlServer(config.data.folder)
  control.handle('demo', () => app.demo())
  control.listen()
  app.log.info({ port: server.port, data: config.data.folder }, `listening on ${config.origin}`)
  const code = await stopped.promise
  app.log.info({ inFlight: server.inFlight }, 'draining')
  app.drain()
  // Others answer meanwhile: the proxy is given the time to notice.
  if (link !== undefined) {
    server.part()
    await Bun.sleep(noticedMs)
  }
  await server.drain()
  await control.close()
  await app.close()
  link?.close()
  return code
}

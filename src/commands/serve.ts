import { type App, createApp } from '../app.ts'
import { type Config, environment, loadConfig } from '../config.ts'
import { ControlServer } from '../control/control.ts'
import { internalError } from '../http/problem.ts'
import { listen } from '../http/server.ts'
import { flags } from './usage.ts'

/** `encapsify serve`: runs until SIGTERM or SIGINT, then drains. A second signal does not wait. */
export async function run(args: string[]): Promise<number> {
  const text = { type: 'string' } as const
  const config = loadConfig(environment, flags(args, { port: text, host: text, data: text }))
  const stopped = Promise.withResolvers<number>()
  // Before anything else: a signal during the start ends it in order too.
  let signals = 0
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => (signals++ === 0 ? stopped.resolve(0) : process.kill(process.pid, 'SIGKILL')))
  }
  const app = await createApp(config, {
    onWriterLost(error) {
      app.log.fatal({ err: error }, 'the writer is gone: this process can no longer store anything and ends')
      stopped.resolve(1)
    },
  })
  try {
    return await serving(app, config, stopped.promise)
  } finally {
    // Also when the port can't be had: the writer would keep the process alive, and the data folder held.
    await app.close()
  }
}

/** Listens until it is told to stop, then drains. */
async function serving(app: App, config: Config, stopped: Promise<number>): Promise<number> {
  const server = listen({
    ...config.http,
    doors: app.doors,
    traffic: app.traffic,
    onError(error, request) {
      app.log.error({ err: error }, 'a bug')
      return request === undefined ? new Response('Internal error', { status: 500 }) : internalError(request)
    },
  })
  const control = new ControlServer(config.data.folder)
  control.handle('demo', () => app.demo())
  control.listen()
  app.log.info({ port: server.port, data: config.data.folder }, `listening on ${config.origin}`)
  const code = await stopped
  app.log.info({ inFlight: server.inFlight }, 'draining')
  app.drain()
  await server.drain()
  await control.close()
  return code
}

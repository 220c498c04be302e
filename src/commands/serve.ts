import type { PurgeRequest } from '../../modules/delivery/index.ts'
import { type App, createApp } from '../app.ts'
import { type Config, loadConfig } from '../config.ts'
import { ControlServer } from '../control/control.ts'
import { environment } from '../environment.ts'
import { type CertificateFiles, readCertificate, watchCertificate } from '../http/certificate.ts'
import { internalError } from '../http/problem.ts'
import { type HttpServer, listen } from '../http/server.ts'
import { GuardLink } from '../node/link.ts'
import type { Logger } from '../observability/logs.ts'
import { type SlaRequest, sla } from './sla.ts'
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
  const given = flags(args, {
    ...{ port: text, host: text, data: text, 'tls-cert': text, 'tls-key': text },
    guarded: { type: 'boolean' },
  })
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
  try {
    return await serving(app, config, stopped.promise)
  } finally {
    // Also when the port can't be had: the writer would keep the process alive, and the data folder held.
    await app.close()
    link?.close()
  }
}

/** Listens until it is told to stop, then drains. */
async function serving(app: App, config: Config, stopped: Promise<number>): Promise<number> {
  const server = listen({
    ...config.http,
    certificate: config.tls === undefined ? undefined : readCertificate(config.tls),
    doors: app.doors,
    traffic: app.traffic,
    onError(error, request) {
      app.log.error({ err: error }, 'a bug')
      return request === undefined ? new Response('Internal error', { status: 500 }) : internalError(request)
    },
  })
  const renewal = config.tls === undefined ? undefined : renewing(config.tls, server, app.log)
  const control = new ControlServer(config.data.folder)
  control.handle('demo', () => app.demo())
  control.handle('sla', async (asked) => sla(app, asked as SlaRequest))
  control.handle('purge', (request) => app.purge(request as PurgeRequest))
  control.listen()
  app.log.info({ port: server.port, data: config.data.folder }, `listening on ${config.origin}`)
  const code = await stopped
  app.log.info({ inFlight: server.inFlight }, 'draining')
  app.drain()
  renewal?.close()
  if (config.cluster !== undefined) {
    // Others answer meanwhile: the proxy is given the time to notice.
    server.part()
    await Bun.sleep(noticedMs)
  }
  await server.drain()
  await control.close()
  return code
}

/** Another certificate is taken without a restart: on SIGHUP, and when its files change. A broken one is said and not taken. */
function renewing(files: CertificateFiles, server: HttpServer, log: Logger): { close(): void } {
  const renew = () => {
    try {
      const certificate = readCertificate(files)
      server.renew(certificate)
      log.info({ expires: certificate.expires }, 'the certificate was read again')
    } catch (error) {
      log.error({ err: error }, 'the new certificate cannot be used; the one before stays')
    }
  }
  const watch = watchCertificate(files, renew)
  process.on('SIGHUP', renew)
  return {
    close() {
      process.off('SIGHUP', renew)
      watch.close()
    },
  }
}

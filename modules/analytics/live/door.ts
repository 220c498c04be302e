import { organizationOf } from '../../../src/db/ids.ts'
import { AppError } from '../../../src/errors.ts'
import { checkOrigin } from '../../../src/http/origin-check.ts'
import { problemResponse } from '../../../src/http/problem.ts'
import type { Door } from '../../../src/http/server.ts'
import { type Socket, type SocketSession, upgraded } from '../../../src/http/sockets.ts'
import type { Capsules } from '../../capsule/index.ts'
import { type AccessControl, type Organizations, organizationHeader } from '../../organization/index.ts'
import { type Closing, closing, type Watch, type Watcher } from './watch.ts'

export interface WatchDoorDeps {
  readonly origin: string
  readonly control: AccessControl
  readonly organizations: Pick<Organizations, 'byId'>
  readonly capsules: Pick<Capsules, 'get'>
  readonly watch: Watch
  readonly position: () => string
  readonly reportBug: (error: unknown) => void
}

const path = /^\/live\/([a-z0-9_]{1,64})\/visits(?:\?.*)?$/

/** Owners' sockets at `/live/{capsule}/visits` (modules/realtime/SPEC.md, R33 to R38). */
export function watchDoor(deps: WatchDoorDeps): Door {
  return (request, server) => {
    const at = request.url.indexOf('/', 8)
    if (!request.url.startsWith('/live/', at)) return undefined
    const capsuleId = path.exec(request.url.slice(at))?.[1]
    if (capsuleId === undefined) return undefined
    const headers = { 'encapsify-position': deps.position(), 'cache-control': 'no-store' }
    try {
      if (request.headers.get('upgrade')?.toLowerCase() !== 'websocket') {
        throw new AppError('malformed', `Open a WebSocket here.`)
      }
      // A page of another site may open a socket with its reader's cookies: the browser says from where (RFC 6455, 10.2).
      if (request.headers.has('cookie') && !request.headers.has('authorization')) checkOrigin(request, deps.origin)
      const session = new WatchSession(deps, capsuleId, credentialsOf(request))
      if (server.upgrade(request, { data: session, headers })) return upgraded
      throw new AppError('malformed', 'The WebSocket could not be opened: its handshake is not valid.')
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      return problemResponse(error, request, headers)
    }
  }
}

/** What of a request says who asks: asked again and again, long after the request is gone. */
function credentialsOf(request: Request): Record<string, string> {
  return Object.fromEntries(
    ['authorization', 'cookie'].flatMap((name) => {
      const value = request.headers.get(name)
      return value === null ? [] : [[name, value] as const]
    }),
  )
}

class WatchSession implements SocketSession, Watcher {
  #socket: Socket | undefined

  constructor(
    private readonly deps: WatchDoorDeps,
    private readonly capsuleId: string,
    private readonly credentials: Record<string, string>,
  ) {}

  opened(socket: Socket): void {
    this.#socket = socket
    this.#refusal()
      .then((refused) => {
        if (this.#socket === undefined) return
        if (refused === undefined) this.deps.watch.join(this.capsuleId, this)
        else this.close(refused)
      })
      .catch((error: unknown) => {
        this.deps.reportBug(error)
        this.close(closing.crowded)
      })
  }

  /** R38: an owner's socket only hears. */
  received(): void {
    this.close(closing.malformed)
  }

  closed(): void {
    this.#socket = undefined
    this.deps.watch.leave(this.capsuleId, this)
  }

  send(text: string): void {
    this.#socket?.sendText(text)
  }

  close({ code, reason }: Closing): void {
    this.#socket?.close(code, reason)
    this.closed()
  }

  async mayStay(): Promise<boolean> {
    return (await this.#refusal()) === undefined
  }

  /** Why they may not watch; undefined: they may. To somebody outside, a capsule does not exist. */
  async #refusal(): Promise<Closing | undefined> {
    try {
      const organizationId = organizationOf(this.capsuleId)
      const slug = this.deps.organizations.byId(organizationId)?.slug
      const headers = { ...this.credentials, ...(slug !== undefined && { [organizationHeader]: slug }) }
      const request = new Request(`${this.deps.origin}/live/${this.capsuleId}/visits`, { headers })
      const access = await this.deps.control.resolve(request, 'responses:read')
      if (access.organizationId !== organizationId) return closing.absent
      this.deps.capsules.get(organizationId, this.capsuleId)
      return undefined
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      if (error.code === 'unauthenticated') return closing.unknown
      return error.code === 'forbidden' ? closing.forbidden : closing.absent
    }
  }
}

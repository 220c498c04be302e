import { entry } from './entries.ts'
import type { FromServer, ToServer } from './protocol.ts'

export interface ServerChildOptions {
  readonly arguments: readonly string[]
  readonly log: { info(fields: object, message: string): void; error(fields: object, message: string): void }
  /** Whether there is data to serve, or a writer to open. */
  readonly mayStart: () => boolean
  readonly onStart: () => void
  readonly onMessage: (message: FromServer) => void
  readonly onEnd: () => void
}

const lookEveryMs = 50
const restartMs = 200
/** A server that does not answer its guard for so long is ended by force. */
const hangsMaxMs = 2_000
const startMaxMs = 30_000
const pingEveryMs = 250
const stopMaxMs = 30_000

/** The server process as a child of the guard: started when there is data, watched, started anew. */
export class ServerChild {
  #child: Bun.Subprocess<'ignore', 'inherit', 'inherit'> | null = null
  #answeredMs = 0
  #pingedMs = 0
  #nextMs = 0
  /** It was told to end by force, and has not ended yet. */
  #isGivenUp = false
  #state: 'running' | 'held' | 'stopping' = 'running'
  readonly #timer: ReturnType<typeof setInterval>

  constructor(private readonly options: ServerChildOptions) {
    this.#timer = setInterval(() => this.#look(), lookEveryMs)
  }

  get isRunning(): boolean {
    return this.#child !== null
  }

  tell(message: ToServer): void {
    try {
      this.#child?.send(message)
    } catch {
      // It has ended; `onEnd` follows.
    }
  }

  /** kill -9, and none anew until `release`: what it has open lies in a dead mount. */
  async hold(): Promise<void> {
    if (this.#state === 'running') this.#state = 'held'
    this.#child?.kill('SIGKILL')
    await this.#child?.exited
  }

  release(): void {
    if (this.#state === 'held') this.#state = 'running'
  }

  /** Asks it to drain and end, and makes it. */
  async stop(): Promise<void> {
    this.#state = 'stopping'
    clearInterval(this.#timer)
    const child = this.#child
    if (child === null) return
    child.kill('SIGTERM')
    const late = setTimeout(() => child.kill('SIGKILL'), stopMaxMs)
    await child.exited
    clearTimeout(late)
  }

  #look(): void {
    const nowMs = performance.now()
    if (this.#child === null) {
      if (this.#state === 'running' && nowMs >= this.#nextMs && this.options.mayStart()) this.#start()
      return
    }
    if (nowMs - this.#pingedMs >= pingEveryMs) {
      this.#pingedMs = nowMs
      this.tell({ type: 'ping' })
    }
    if (nowMs - this.#answeredMs < hangsMaxMs) return
    if (!this.#isGivenUp) {
      this.options.log.error({}, 'the server does not answer its guard: it is ended and started anew')
    }
    this.#isGivenUp = true
    this.#child.kill('SIGKILL')
  }

  #start(): void {
    const child = Bun.spawn([...entry, 'serve', '--guarded', ...this.options.arguments], {
      stdio: ['ignore', 'inherit', 'inherit'],
      serialization: 'json',
      ipc: (message: FromServer) => {
        if (this.#child !== child) return
        this.#answeredMs = performance.now()
        if (message.type !== 'pong') this.options.onMessage(message)
      },
    })
    this.#child = child
    this.#isGivenUp = false
    this.#answeredMs = performance.now() + startMaxMs
    void child.exited.then((code) => {
      if (this.#state === 'running') this.options.log.error({ code, signal: child.signalCode }, 'the server ended')
      this.#child = null
      this.#nextMs = performance.now() + restartMs
      this.options.onEnd()
    })
    this.options.onStart()
  }
}

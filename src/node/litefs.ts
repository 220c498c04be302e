import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { limits } from '../cluster/limits.ts'
import type { LtxPosition } from '../db/position.ts'
import { LitefsEvents } from './litefs-events.ts'
import { abort, isMounted, unmount } from './mounts.ts'
import { litefsPort } from './ports.ts'
import { readIfThere, replaceDurably } from './record.ts'

export interface LitefsOptions {
  readonly program: string
  readonly node: string
  readonly candidate: boolean
  readonly data: string
  readonly mount: string
  readonly leaseUrl: string
  readonly log: { info(fields: object, message: string): void; error(fields: object, message: string): void }
  readonly onState: (state: 'primary' | 'replica' | 'gone', follows: string | null) => void
  readonly onMoved: (database: string, to: LtxPosition) => void
  /** Ends what has files of a dead mount open. */
  readonly beforeRestart: () => Promise<void>
}

/** Between two starts; doubled for as long as LiteFS ends at once (a full disk, a port that is taken). */
const restartMs = 100
const restartMsMax = 2_000
const livedMs = 5_000
/**
 * How long LiteFS keeps its transaction files: a replica that was away for longer gets a snapshot. Each is some 15 KB, and there
 * may be 290 a second, so that a minute of them is a quarter of a gigabyte.
 */
const retention = '1m'
const retentionEvery = '10s'
const lookEveryMs = 250
/** How long a killed LiteFS may take to end before its mount is aborted. */
const dyingMaxMs = 500
const stopMaxMs = 5_000

/** LiteFS as a child of the guard: configured, started, watched, started anew. */
export class Litefs {
  #child: Bun.Subprocess<'ignore', 'inherit', 'inherit'> | null = null
  #events: LitefsEvents | null = null
  #stopping = false
  #running: Promise<void> | null = null

  constructor(private readonly options: LitefsOptions) {}

  /** How LiteFS calls itself since its last start. */
  get id(): string | null {
    return this.#events?.litefsId ?? null
  }

  get isMounted(): boolean {
    return this.#child !== null && isMounted(this.options.mount)
  }

  start(): void {
    this.#running = this.#live()
  }

  /** Asks it to end, and makes it. */
  async stop(): Promise<void> {
    this.#stopping = true
    const child = this.#child
    if (child !== null) {
      child.kill('SIGTERM')
      const late = setTimeout(() => {
        child.kill('SIGKILL')
        void abort(this.options.mount)
      }, stopMaxMs)
      await child.exited
      clearTimeout(late)
    }
    await this.#running
    unmount(this.options.mount)
  }

  /** Lets LiteFS hand its lease to the node whose LiteFS calls itself so (G30). */
  async handOff(litefsId: string): Promise<void> {
    await fetch(`http://127.0.0.1:${litefsPort}/handoff?nodeID=${litefsId}`, {
      method: 'POST',
      signal: AbortSignal.timeout(limits.handoffMaxMs),
    })
  }

  async #live(): Promise<void> {
    const { options } = this
    await endLeftover(options)
    let waitMs = restartMs / 2
    while (!this.#stopping) {
      await options.beforeRestart()
      // A mount whose LiteFS was killed refuses the next one.
      unmount(options.mount)
      mkdirSync(options.mount, { recursive: true })
      try {
        writeFileSync(configPath(options), configuration(options), { mode: 0o600 })
      } catch (error) {
        options.log.error({ err: error }, "LiteFS' configuration cannot be written")
        await Bun.sleep(1_000)
        continue
      }
      const startedMs = performance.now()
      await this.#run()
      waitMs = performance.now() - startedMs > livedMs ? restartMs : Math.min(waitMs * 2, restartMsMax)
      if (!this.#stopping) await Bun.sleep(waitMs)
    }
  }

  async #run(): Promise<void> {
    const { options } = this
    // Whoever stopped it meanwhile saw no child to end, and waits for this.
    if (this.#stopping) return
    const child = Bun.spawn([options.program, 'mount', '-config', configPath(options)], {
      stdio: ['ignore', 'inherit', 'inherit'],
    })
    this.#child = child
    note(options, child.pid)
    const events = new LitefsEvents(options.onState, options.onMoved)
    this.#events = events
    let killedMs: number | null = null
    const look = setInterval(() => {
      if (!events.hangs) return
      if (killedMs === null) options.log.error({}, 'LiteFS does not answer: it is ended and started anew')
      killedMs ??= performance.now()
      child.kill('SIGKILL')
      if (performance.now() - killedMs > dyingMaxMs) void abort(options.mount)
    }, lookEveryMs)
    await child.exited
    clearInterval(look)
    events.close()
    this.#child = null
    this.#events = null
    if (!this.#stopping) options.log.error({ code: child.exitCode, signal: child.signalCode }, 'LiteFS ended')
    options.onState('gone', null)
  }
}

function configPath({ data }: LitefsOptions): string {
  return join(data, 'litefs.yml')
}

function configuration(options: LitefsOptions): string {
  // JSON is YAML, and quotes everything that has to be.
  return JSON.stringify({
    fuse: { dir: options.mount },
    data: { dir: join(options.data, 'litefs'), retention, 'retention-monitor-interval': retentionEvery },
    // It has no authentication: the guards carry its streams between nodes.
    http: { addr: `127.0.0.1:${litefsPort}` },
    log: { timestamp: true },
    tracing: { enabled: false },
    lease: {
      type: 'consul',
      hostname: options.node,
      'advertise-url': 'http://127.0.0.1:1',
      candidate: options.candidate,
      'reconnect-delay': '10ms',
      'demote-delay': '1s',
      consul: { url: options.leaseUrl, key: 'litefs/primary', ttl: `${limits.leaseTtlMs}ms`, 'lock-delay': '1ms' },
    },
  })
}

/**
 * LiteFS keeps its cluster's id beside its data, and follows nobody with another: so it is written before LiteFS looks.
 * @throws Error when the volume belongs to another cluster.
 */
export function checkVolume(data: string, clusterId: string): void {
  const folder = join(data, 'litefs')
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const path = join(folder, 'clusterid')
  const known = readIfThere(path)?.trim()
  if (known === undefined) replaceDurably(path, `${clusterId}\n`)
  else if (known !== clusterId) {
    throw new Error(
      `The volume in ${data} holds the data of another cluster (${known}, not ${clusterId}): use an empty one, or name its cluster with ENCAPSIFY_CLUSTER.`,
    )
  }
}

function note({ data }: LitefsOptions, pid: number): void {
  try {
    writeFileSync(join(data, 'litefs.pid'), String(pid))
  } catch {
    // A full disk: a leftover would be found by its ports being taken.
  }
}

/**
 * Ends the LiteFS that a killed guard left behind: it would hold the port and the mount. Its mount is aborted first, while there is
 * still a path to it: a LiteFS that waits in its own mount does not die of kill -9, and shows no command line any more.
 */
async function endLeftover(options: LitefsOptions): Promise<void> {
  if (isMounted(options.mount)) await abort(options.mount)
  const pid = Number(readIfThere(join(options.data, 'litefs.pid')) ?? '')
  if (!(pid > 1)) return
  try {
    if (!readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').includes(configPath(options))) return
    process.kill(pid, 'SIGKILL')
  } catch {
    // It is gone.
  }
  rmSync(join(options.data, 'litefs.pid'), { force: true })
}

import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statfsSync,
  writeFileSync,
} from 'node:fs'
import { basename, delimiter, dirname, join, resolve } from 'node:path'
import { replaceFile } from './network.ts'
import { environmentOf, foldersOf, type LabPlan, type NodePlan, nodePort } from './plan.ts'
import type { Registry } from './registry.ts'
import {
  argumentsOf,
  end,
  ended,
  faketimeLibrary,
  identify,
  isAlive,
  mountsBelow,
  type ProcessIdentity,
  processesIn,
  run,
  signal,
  unmountBelow,
} from './system.ts'

export const targets = ['litefs', 'guard', 'server', 'all'] as const
export type Target = (typeof targets)[number]

const root = resolve(import.meta.dir, '../..')
const stopMs = 15_000
/** A command in a node's place that takes longer is ended. */
const execMs = 120_000
/** Left free by `fillDisk`: less than one page of a database. */
const fillBytesLeft = 2_048

/** One node: a program in a namespace of its own, with a folder of its own. */
export class LabNode {
  readonly origin: string

  constructor(
    readonly lab: LabPlan,
    readonly plan: NodePlan,
    readonly registry: Registry,
    readonly litefsPath: string,
  ) {
    this.origin = `http://${plan.address}:${nodePort}`
  }

  makeFolders(): void {
    const { data, mount, clock } = foldersOf(this.plan)
    mkdirSync(data, { recursive: true })
    mkdirSync(mount, { recursive: true })
    writeFileSync(clock, '+0\n')
    if (this.lab.diskMib > 0) run('mount', '-t', 'tmpfs', '-o', `size=${this.lab.diskMib}m`, this.lab.lab, data)
  }

  /** Starts the program. A mount that a killed LiteFS left is taken away first: nothing can be mounted over it. */
  async start(): Promise<void> {
    if (this.isRunning()) throw new Error(`${this.plan.name} runs already.`)
    const { mount, log } = foldersOf(this.plan)
    // What outlived its guard would hold the ports.
    await end(processesIn(this.plan.namespace), 0)
    unmountBelow(mount)
    const output = openSync(log, 'a')
    const child = Bun.spawn(this.#enter(this.#program()), {
      stdio: ['ignore', output, output],
      cwd: root,
      env: this.#environment(),
      detached: true,
    })
    closeSync(output)
    child.unref()
    const identity = identify(child.pid)
    if (identity === undefined) throw new Error(`${this.plan.name} ended at once: ${this.log(1)}`)
    this.registry.add({ kind: 'process', what: this.plan.name, ...identity })
  }

  /** Asks it to end in order and waits. */
  async stop(): Promise<void> {
    const guard = this.#started()
    if (guard !== undefined) await end([guard], stopMs)
    await end(processesIn(this.plan.namespace), 0)
    unmountBelow(foldersOf(this.plan).mount)
  }

  /** kill -9, by role. Returns how many processes were hit; a caller that meant to hit one looks at it. */
  async kill(target: Target): Promise<number> {
    const hit = this.processes(target)
    signal(hit, 'SIGKILL')
    await ended(hit, 5_000)
    return hit.length
  }

  pause(target: Target): number {
    const hit = this.processes(target)
    signal(hit, 'SIGSTOP')
    return hit.length
  }

  resume(target: Target): void {
    signal(this.processes(target), 'SIGCONT')
  }

  /** The guard is the program that was started, LiteFS is known by its file, and the server is what else runs there. */
  processes(target: Target): ProcessIdentity[] {
    const guard = this.#started()
    const roleOf = ({ pid }: ProcessIdentity): Target => {
      if (pid === guard?.pid) return 'guard'
      return basename(executableOf(pid)) === 'litefs' ? 'litefs' : 'server'
    }
    return processesIn(this.plan.namespace).filter((one) => target === 'all' || roleOf(one) === target)
  }

  isRunning(): boolean {
    return this.#started() !== undefined
  }

  /** Resolves once the node says that it is ready. @throws Error when it ends or the time is over. */
  async ready(withinMs: number): Promise<void> {
    const until = performance.now() + withinMs
    for (;;) {
      if (!this.isRunning()) throw new Error(`${this.plan.name} ended before it was ready: ${this.log(1)}`)
      if (await this.#isReady()) return
      if (performance.now() > until) throw new Error(`${this.plan.name} was not ready in ${withinMs} ms.`)
      await Bun.sleep(50)
    }
  }

  /** The same, but one that ended meanwhile is started again, as a platform does. @throws Error when the time is over. */
  async revived(withinMs: number): Promise<void> {
    const until = performance.now() + withinMs
    for (;;) {
      if (!this.isRunning()) await this.start()
      if (await this.#isReady()) return
      if (performance.now() > until)
        throw new Error(`${this.plan.name} was not ready in ${withinMs} ms: ${this.log(1)}`)
      await Bun.sleep(50)
    }
  }

  /** Whether LiteFS shows its folder. */
  isMounted(): boolean {
    return mountsBelow(foldersOf(this.plan).mount).length > 0
  }

  /** Fills the disk to the last page. Only where the laboratory was made with limited disks. */
  async fillDisk(): Promise<void> {
    if (this.lab.diskMib === 0) throw new Error('These disks have no limit: make the laboratory with --disk MIB.')
    const { data } = foldersOf(this.plan)
    const { bavail, bsize } = statfsSync(data)
    const filler = join(data, 'filler')
    // What was counted may have been taken meanwhile: a shortened file fills as well.
    const bytes = String(Math.max(1, bavail * bsize - fillBytesLeft))
    for (const command of [
      ['fallocate', '-l', bytes, filler],
      ['dd', 'if=/dev/zero', `of=${filler}`, 'bs=4096', 'oflag=append', 'conv=notrunc'],
    ]) {
      await Bun.spawn(command, { stdio: ['ignore', 'ignore', 'ignore'] }).exited
    }
  }

  freeDisk(): void {
    rmSync(join(foldersOf(this.plan).data, 'filler'), { force: true })
  }

  /** Empties the volume of a node that was stopped or killed, as a lost disk does. */
  wipe(): void {
    if (processesIn(this.plan.namespace).length > 0) throw new Error(`${this.plan.name} runs: stop or kill it first.`)
    const { data, mount } = foldersOf(this.plan)
    unmountBelow(mount)
    for (const name of readdirSync(data)) rmSync(join(data, name), { recursive: true, force: true })
  }

  /** The wall clock of guard and server moves by so many seconds (LiteFS keeps the true one). Seen within a second. */
  jumpClock(seconds: number): void {
    if (!this.lab.clocks) throw new Error('These clocks cannot be moved: make the laboratory with --clocks.')
    replaceFile(foldersOf(this.plan).clock, `${seconds < 0 ? '' : '+'}${seconds}\n`)
  }

  /** Asks this node, the primary, to hand over to another. Throws when it says no. */
  async handOff(to: string): Promise<void> {
    // Not waited for in place: whoever measures meanwhile must not stand still.
    const child = Bun.spawn(this.#enter([...this.#program(), 'handoff', '--to', to]), {
      ...{ cwd: root, env: this.#environment(), stdin: 'ignore', stdout: 'ignore', stderr: 'pipe' },
      timeout: execMs,
    })
    const said = await new Response(child.stderr).text()
    if ((await child.exited) !== 0) throw new Error(said.trim() || `ended with ${child.exitCode}`)
  }

  /** Runs a command with the node's network and environment, to its end. */
  exec(command: readonly string[]) {
    return Bun.spawnSync(this.#enter(command), {
      ...{ cwd: root, env: this.#environment(), stdin: 'ignore', stdout: 'pipe', stderr: 'pipe' },
      timeout: execMs,
    })
  }

  /** Starts a command in the node's place; what it says is read from it. Whoever starts it ends it. */
  beside(command: readonly string[]) {
    return Bun.spawn(this.#enter(command), {
      ...{ cwd: root, env: this.#environment(), stdin: 'ignore', stdout: 'pipe', stderr: 'inherit' },
    })
  }

  /** The last lines that it wrote. */
  log(lines: number): string {
    const { log } = foldersOf(this.plan)
    return existsSync(log) ? readFileSync(log, 'utf8').trimEnd().split('\n').slice(-lines).join('\n') : ''
  }

  async #isReady(): Promise<boolean> {
    const signal = AbortSignal.timeout(1_000)
    return (await fetch(`${this.origin}/health/ready`, { signal }).catch(() => undefined))?.ok === true
  }

  #program(): string[] {
    const [first = '', ...rest] = this.lab.program
    return [first === 'bun' ? process.execPath : first.includes('/') ? resolve(root, first) : first, ...rest]
  }

  #enter(command: readonly string[]): string[] {
    return ['nsenter', `--net=/run/netns/${this.plan.namespace}`, ...command]
  }

  #environment(): Record<string, string> {
    const library = this.lab.clocks ? faketimeLibrary() : undefined
    return {
      PATH: [dirname(this.litefsPath), Bun.env.PATH ?? ''].join(delimiter),
      HOME: this.plan.folder,
      ...environmentOf(this.lab, this.plan),
      ...(library !== undefined && {
        LD_PRELOAD: library,
        FAKETIME_TIMESTAMP_FILE: foldersOf(this.plan).clock,
        FAKETIME_CACHE_DURATION: '1',
        FAKETIME_DONT_FAKE_MONOTONIC: '1',
      }),
    }
  }

  #started(): ProcessIdentity | undefined {
    return this.registry
      .all()
      .flatMap((made) => (made.kind === 'process' && made.what === this.plan.name ? [made] : []))
      .findLast(isAlive)
  }
}

function executableOf(pid: number): string {
  try {
    return readlinkSync(`/proc/${pid}/exe`)
  } catch {
    return argumentsOf(pid)[0] ?? ''
  }
}

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { networkInterfaces } from 'node:os'

/** Runs a command of the system to its end and gives its output. @throws Error with the command and what it said. */
export function run(...command: string[]): string {
  const child = Bun.spawnSync(command, { stdin: 'ignore', stdout: 'pipe', stderr: 'pipe' })
  if (child.exitCode !== 0) {
    const said = child.stderr.toString().trim().split('\n').at(-1) ?? ''
    throw new Error(`${command.join(' ')}: ${said || `ended with ${child.exitCode}`}`)
  }
  return child.stdout.toString()
}

/** The same where a failure means that there was nothing to do: removing what is already gone. */
export function attempt(...command: string[]): boolean {
  return Bun.spawnSync(command, { stdin: 'ignore', stdout: 'ignore', stderr: 'ignore' }).exitCode === 0
}

/** What the laboratory needs from the system, by the Debian package that brings it. */
const packages: Readonly<Record<string, (path: string) => boolean>> = {
  iproute2: has('ip'),
  'util-linux': has('nsenter'),
  mount: has('mount'),
  fuse3: has('fusermount3'),
  gcc: has('gcc'),
  'libc6-dev': () => existsSync('/usr/include/stdlib.h'),
  libfaketime: () => faketimeLibrary() !== undefined,
}

/**
 * Installs what is missing and says what cannot be installed: root, /dev/fuse and /dev/net/tun.
 * @throws Error with one line that says what to do.
 */
export function prepareSystem(): void {
  if (process.getuid?.() !== 0) throw new Error('The laboratory makes network namespaces and mounts: run it as root.')
  for (const device of ['/dev/fuse', '/dev/net/tun']) {
    if (!existsSync(device))
      throw new Error(`${device} is missing: this kernel or container cannot run the laboratory.`)
  }
  const missing = Object.entries(packages).flatMap(([name, present]) => (present(name) ? [] : [name]))
  if (missing.length === 0) return
  process.stderr.write(`Installing ${missing.join(', ')}…\n`)
  if (!attempt('apt-get', 'install', '-y', '-qq', ...missing)) {
    attempt('apt-get', 'update', '-qq')
    run('env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', 'install', '-y', '-qq', ...missing)
  }
}

/** Where Debian's libfaketime lies; a node started with it has a clock that can be made to jump. */
export function faketimeLibrary(): string | undefined {
  const [path] = [...new Bun.Glob('*/faketime/libfaketimeMT.so.1').scanSync({ cwd: '/usr/lib', absolute: true })]
  return path
}

function has(program: string) {
  return () => Bun.which(program, { PATH: `${Bun.env.PATH ?? ''}:/usr/sbin:/sbin` }) !== null
}

/** A process that cannot be mistaken for a later one with the same number. */
export interface ProcessIdentity {
  readonly pid: number
  /** Clock ticks from the boot to its start: field 22 of /proc/PID/stat (proc(5)). */
  readonly startTicks: number
}

export function identify(pid: number): ProcessIdentity | undefined {
  const fields = stat(pid)
  return fields === undefined || fields.state === 'Z' ? undefined : { pid, startTicks: fields.startTicks }
}

export function isAlive({ pid, startTicks }: ProcessIdentity): boolean {
  return identify(pid)?.startTicks === startTicks
}

export function parentOf(pid: number): number | undefined {
  return stat(pid)?.parent
}

function stat(pid: number): { state: string; parent: number; startTicks: number } | undefined {
  try {
    // The name in parentheses may hold blanks: what follows its last bracket begins with field 3.
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1')
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    return { state: fields[0] ?? '', parent: Number(fields[1]), startTicks: Number(fields[19]) }
  } catch {
    return undefined
  }
}

/** The processes whose network is this namespace. */
export function processesIn(namespace: string): ProcessIdentity[] {
  const child = Bun.spawnSync(['ip', 'netns', 'pids', namespace], { stdin: 'ignore', stdout: 'pipe', stderr: 'ignore' })
  return child.stdout
    .toString()
    .split('\n')
    .filter((line) => line !== '')
    .flatMap((line) => identify(Number(line)) ?? [])
}

/** Sends a signal to these very processes; one that has ended meanwhile is passed over. */
export function signal(processes: readonly ProcessIdentity[], name: NodeJS.Signals): void {
  for (const one of processes) {
    if (!isAlive(one)) continue
    try {
      process.kill(one.pid, name)
    } catch {
      // It ended between the look and the signal.
    }
  }
}

/** Asks them to end, waits, and ends by force those that did not. */
export async function end(processes: readonly ProcessIdentity[], graceMs: number): Promise<void> {
  signal(processes, 'SIGCONT')
  signal(processes, 'SIGTERM')
  if (await ended(processes, graceMs)) return
  signal(processes, 'SIGKILL')
  await ended(processes, 5_000)
}

/** Whether all have ended within the time. */
export async function ended(processes: readonly ProcessIdentity[], withinMs: number): Promise<boolean> {
  const until = performance.now() + withinMs
  while (processes.some(isAlive)) {
    if (performance.now() > until) return false
    await Bun.sleep(20)
  }
  return true
}

/** Mount points at or below a folder, the deepest first. */
export function mountsBelow(folder: string): string[] {
  return readFileSync('/proc/self/mounts', 'utf8')
    .split('\n')
    .map((line) =>
      (line.split(' ')[1] ?? '').replaceAll(/\\(\d{3})/g, (_, octal) => String.fromCharCode(Number.parseInt(octal, 8))),
    )
    .filter((path) => path === folder || path.startsWith(`${folder}/`))
    .toSorted((a, b) => b.length - a.length)
}

/** Lazily, because a mount whose server was killed answers nothing and refuses everything else. */
export function unmountBelow(folder: string): void {
  // A path may be mounted twice over: each turn takes the uppermost.
  for (let turn = 0; turn < 16; turn++) {
    const mounts = mountsBelow(folder)
    if (mounts.length === 0) return
    for (const path of mounts) attempt('umount', '-l', path)
  }
}

export function argumentsOf(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1)
  } catch {
    return []
  }
}

export function namespaces(): string[] {
  return existsSync('/run/netns') ? readdirSync('/run/netns') : []
}

/** This machine's own IPv4 addresses. */
export function addresses(): string[] {
  return Object.values(networkInterfaces()).flatMap((list) => (list ?? []).map(({ address }) => address))
}

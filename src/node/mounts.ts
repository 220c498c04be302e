import { readFileSync } from 'node:fs'

/** How often one path may be mounted over. */
const layersMax = 16
/** How long the kernel may take to end what waits for a mount. */
const abortMaxMs = 1_000

export function isMounted(path: string): boolean {
  return readFileSync('/proc/self/mounts', 'utf8')
    .split('\n')
    .some((line) => unescaped(line.split(' ')[1] ?? '') === path)
}

/** Lazily: a mount whose server was killed answers nothing and refuses everything else. */
export function unmount(path: string): void {
  for (let layer = 0; layer < layersMax && isMounted(path); layer++) {
    const quiet = { stdin: 'ignore', stdout: 'ignore', stderr: 'ignore' } as const
    if (Bun.spawnSync(['umount', '-l', path], quiet).exitCode === 0) continue
    if (Bun.spawnSync(['fusermount3', '-uz', path], quiet).exitCode !== 0) return
  }
}

/**
 * Ends what waits for a mount whose server does not answer, and with it what keeps that server from ending: killed while one of its
 * threads waits for a page that a reader holds, and the reader for it, LiteFS would stay for ever. The mount stays, dead.
 */
export async function abort(path: string): Promise<void> {
  // Without a look at the path, and not waited for long: both could hang.
  const child = Bun.spawn(['umount', '--no-canonicalize', '--force', path], { stdio: ['ignore', 'ignore', 'ignore'] })
  await Promise.race([child.exited, Bun.sleep(abortMaxMs)])
}

/** The kernel writes blanks and such as octal numbers (proc(5)). */
function unescaped(path: string): string {
  return path.replaceAll(/\\(\d{3})/g, (_, octal) => String.fromCharCode(Number.parseInt(octal, 8)))
}

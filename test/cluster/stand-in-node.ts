/**
 * What the laboratory runs as a node to prove itself: LiteFS with a static lease (the first peer is the primary for good)
 * and a small server. No guard rules, no elections. Like the product it is three processes: this one starts LiteFS and the
 * server and starts them anew when they die.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const { ENCAPSIFY_DATA: data = '', ENCAPSIFY_LITEFS: mount = '', ENCAPSIFY_PEERS: peers = '' } = Bun.env
const own = Bun.env.FLY_PRIVATE_IP ?? ''
const primary = peers.split(',')[0] ?? ''
const restartMs = 200
const stopMs = 5_000

if (process.argv.length > 2) {
  console.error(`The stand-in only runs: it does not know ${process.argv[2]}.`)
  process.exit(2)
}

type Child = Bun.Subprocess<'ignore', 'inherit', 'inherit'>
let stopping = false
let litefs: Child | undefined
let server: Child | undefined

for (const name of ['SIGTERM', 'SIGINT'] as const) process.on(name, () => void stop())
mkdirSync(join(data, 'litefs'), { recursive: true })
writeFileSync(join(data, 'litefs.yml'), configuration())
while (!stopping) {
  await turn()
  await Bun.sleep(restartMs)
}

/** One life of LiteFS, and in it as many of the server as it takes. */
async function turn(): Promise<void> {
  // A mount whose LiteFS was killed refuses the next one.
  if (isMounted()) Bun.spawnSync(['umount', '-l', mount])
  litefs = start('litefs', 'mount', '-config', join(data, 'litefs.yml'))
  const ended = litefs.exited
  while (litefs.exitCode === null && litefs.signalCode === null && !stopping) {
    if (isMounted()) {
      server = start(process.execPath, join(import.meta.dir, 'stand-in-server.ts'))
      await Promise.race([ended, server.exited])
      // It has the dead mount open.
      server.kill('SIGKILL')
      await server.exited
    }
    await Promise.race([ended, Bun.sleep(restartMs / 4)])
  }
  if (!stopping) console.log(`litefs ended with ${litefs.exitCode ?? litefs.signalCode}`)
}

async function stop(): Promise<void> {
  stopping = true
  server?.kill('SIGTERM')
  litefs?.kill('SIGTERM')
  const late = setTimeout(() => litefs?.kill('SIGKILL'), stopMs)
  await Promise.all([server?.exited, litefs?.exited])
  clearTimeout(late)
  process.exit(0)
}

function start(...command: string[]): Child {
  return Bun.spawn(command, { stdin: 'ignore', stdout: 'inherit', stderr: 'inherit' })
}

function isMounted(): boolean {
  return readFileSync('/proc/self/mounts', 'utf8').includes(` ${mount} `)
}

function configuration(): string {
  return `fuse: { dir: "${mount}" }
data: { dir: "${join(data, 'litefs')}", retention: "10m", retention-monitor-interval: "1m" }
http: { addr: ":20202" }
log: { timestamp: true }
lease:
  type: static
  hostname: "node-1"
  advertise-url: "http://${primary}:20202"
  candidate: ${own === primary}
  reconnect-delay: "100ms"
`
}

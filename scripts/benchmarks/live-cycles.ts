import { encapsifyTarget } from './live-targets.ts'
import { report } from './report.ts'
import { type Demo, rssMiB } from './servers.ts'

const warmUp = 600_000
const cycles = 200_000
const atOnce = 64
/** The runtime collects by itself some seconds after the last socket is gone; what is left then is what stays. */
const settleMs = 25_000
const lookEveryMs = 1_000

/** People who come and go: what a server keeps of those who are gone. */
export async function liveCycles(folder: string, demo: Demo): Promise<void> {
  const { target } = await encapsifyTarget(folder, 3_924, demo)
  await using server = target.server
  const url = new URL(target.url({ cursor: undefined }))
  const round = async (count: number) => {
    const startedMs = performance.now()
    await comeAndGo(url, count)
    return count / ((performance.now() - startedMs) / 1_000)
  }
  await round(warmUp)
  const before = await leastMiB(server.pid)
  const perSecond = await round(cycles)
  const after = await leastMiB(server.pid)
  report({ name: 'live: connected, greeted and gone', value: perSecond, unit: '/s' })
  report({
    name: 'live: RSS for each 100,000 who came and went',
    value: ((after - before) * 100_000) / cycles,
    unit: 'MiB',
    bar: { kind: 'most', value: 1 },
    note: `${before.toFixed(1)}, then ${after.toFixed(1)} MiB`,
  })
}

async function leastMiB(pid: number): Promise<number> {
  let least = Number.POSITIVE_INFINITY
  for (let waitedMs = 0; waitedMs < settleMs; waitedMs += lookEveryMs) {
    await Bun.sleep(lookEveryMs)
    least = Math.min(least, rssMiB(pid))
  }
  return least
}

async function comeAndGo(url: URL, count: number): Promise<void> {
  let left = count
  const one = async () => {
    while (left-- > 0) await cycle(url, left % 2 === 0)
  }
  await Promise.all(Array.from({ length: atOnce }, one))
}

/** A masked close frame without a reason (RFC 6455, 5.5.1). */
const goodbye = new Uint8Array([0x88, 0x80, 0, 0, 0, 0])

/** One who comes, is greeted, and goes: with a word or, as when a train enters a tunnel, without one. */
function cycle({ port, pathname, host }: URL, politely: boolean): Promise<void> {
  const handshake = `GET ${pathname} HTTP/1.1\r\nhost: ${host}\r\nupgrade: websocket\r\nconnection: Upgrade\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\nsec-websocket-version: 13\r\n\r\n`
  return new Promise((resolve, reject) => {
    let heard = ''
    Bun.connect({
      hostname: '127.0.0.1',
      port: Number(port),
      socket: {
        open: (socket) => void socket.write(handshake),
        data(socket, bytes) {
          if (heard.includes('"hello"')) return
          heard += bytes.toString('latin1')
          if (!heard.startsWith('HTTP/1.1 101')) reject(new Error(`Nobody was greeted: ${heard.slice(0, 200)}`))
          if (!heard.includes('"hello"')) return
          if (politely) socket.write(goodbye)
          else socket.terminate()
        },
        close: () => resolve(),
        error: (_socket, error) => reject(error),
      },
    }).catch(reject)
  })
}

import type { Socket } from 'bun'

/** Slow 4G as Lighthouse has it. */
const bytesPerMs = 1_600_000 / 8 / 1_000
const oneWayMs = 75

interface Direction {
  /** When the line is free again. */
  freeAtMs: number
}

interface Line {
  readonly waiting: Uint8Array[]
  far: Socket<Line> | undefined
  near: Socket<Line> | undefined
  isOpen: boolean
}

/**
 * A line of 1.6 Mbit/s and 150 ms there and back, shared by all connections through it, in front of a server: everything that
 * a browser does is slow by it, its service worker too. A new connection costs one way there and back before it carries
 * anything, as a handshake does.
 */
export function slowLine(to: number): { readonly port: number; close(): void } {
  const [down, up]: [Direction, Direction] = [{ freeAtMs: 0 }, { freeAtMs: 0 }]
  const carry = (direction: Direction, data: Uint8Array, arrive: (data: Uint8Array) => void) => {
    const now = performance.now()
    const begin = Math.max(now, direction.freeAtMs)
    direction.freeAtMs = begin + data.length / bytesPerMs
    setTimeout(() => arrive(data), direction.freeAtMs + oneWayMs - now)
  }
  const server = Bun.listen<Line>({
    hostname: '127.0.0.1',
    port: 0,
    socket: {
      open(near) {
        const line: Line = { waiting: [], far: undefined, near, isOpen: false }
        near.data = line
        setTimeout(() => void join(line), 2 * oneWayMs)
      },
      data(near, data) {
        const copy = new Uint8Array(data)
        if (near.data.far === undefined) near.data.waiting.push(copy)
        else carry(up, copy, (bytes) => near.data.far?.write(bytes))
      },
      close: (near) => void near.data.far?.end(),
      error: () => {},
    },
  })
  const join = async (line: Line) => {
    line.far = await Bun.connect<Line>({
      hostname: '127.0.0.1',
      port: to,
      data: line,
      socket: {
        data: (far, data) => carry(down, new Uint8Array(data), (bytes) => void far.data.near?.write(bytes)),
        close: (far) => {
          setTimeout(() => far.data.near?.end(), oneWayMs)
        },
        error: () => {},
      },
    })
    for (const data of line.waiting.splice(0)) carry(up, data, (bytes) => line.far?.write(bytes))
  }
  return { port: server.port, close: () => server.stop(true) }
}

import pino, { type Logger } from 'pino'

export type { Logger } from 'pino'

/** What never reaches a log, wherever it stands in a line. */
const secrets = ['authorization', 'cookie', 'password', 'token', 'secret', 'key', 'set-cookie']

export interface LogListener {
  /** Fields of every line: the trace in which it is written. */
  readonly place: () => object
  /** Hears each line after it was written. */
  readonly hear: (line: string) => void
}

/** Lines that could not be written: a full disk behind standard output must not stop the service. */
export const logLosses = { lines: 0 }

/** Structured lines on standard output: JSON, or readable ones on a terminal. */
export function createLogger(level: string, terminal: boolean, listener?: LogListener): Logger {
  const options = {
    ...(listener !== undefined && { mixin: listener.place }),
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: { paths: secrets.flatMap((name) => [`["${name}"]`, `*["${name}"]`]), censor: '[secret]' },
    serializers: { err: pino.stdSerializers.err },
  }
  const write = terminal ? (line: string) => void process.stdout.write(readable(line)) : standardOutput()
  if (listener === undefined) return pino(options, { write })
  return pino(options, {
    write(line: string) {
      write(line)
      listener.hear(line)
    },
  })
}

function standardOutput(): (line: string) => void {
  const out = pino.destination({ fd: 1, sync: true })
  out.on('error', () => logLosses.lines++)
  return (line) => void out.write(line)
}

const colours: Readonly<Record<string, number>> = { fatal: 31, error: 31, warn: 33, info: 32, debug: 36, trace: 90 }

/** `12:30:01 info  message key=value …` */
function readable(line: string): string {
  const { level, time, msg, err, ...rest } = JSON.parse(line) as Record<string, unknown>
  const fields = Object.entries(rest).map(
    ([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  )
  const stack = typeof err === 'object' && err !== null && 'stack' in err ? `\n${String(err.stack)}` : ''
  const label = `\u001b[${colours[String(level)] ?? 0}m${String(level).padEnd(5)}\u001b[0m`
  return `${String(time).slice(11, 19)} ${label} ${String(msg ?? '')} \u001b[90m${fields.join(' ')}\u001b[0m${stack}\n`
}

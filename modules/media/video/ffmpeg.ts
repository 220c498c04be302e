import { AppError } from '../../../src/errors.ts'
import { limits } from '../limits.ts'

/** Where the two programs are, and those that keep them in their place. */
interface Programs {
  readonly ffmpeg: string
  readonly ffprobe: string
  readonly wrapper: readonly string[]
}

export interface RunOptions {
  /** What it writes by relative names lies here. */
  readonly folder: string
  readonly signal: AbortSignal
  readonly msMax: number
  /** Told how far it has come, in seconds of the film. */
  readonly onSeconds?: (seconds: number) => void
  /** Takes what it writes to its standard output instead. */
  readonly onOutput?: (chunk: Uint8Array) => void
}

/** What a type of file is read as: never what the file itself says, so that a playlist or a list of files is no film. */
const demuxers: Readonly<Record<string, string>> = {
  'video/mp4': 'mov',
  'video/quicktime': 'mov',
  'audio/mp4': 'mov',
  'video/webm': 'matroska',
  'video/x-matroska': 'matroska',
  'video/ogg': 'ogg',
  'audio/ogg': 'ogg',
  'audio/mpeg': 'mp3',
  'audio/wav': 'wav',
  'audio/flac': 'flac',
}
/** What cameras, phones, screens and editors write. Decoders of games' and museums' formats are not let near strangers' files. */
const codecs =
  'h264,hevc,vp8,vp9,av1,libdav1d,libaom-av1,mpeg4,mjpeg,png,prores,theora,aac,mp3,mp3float,opus,libopus,vorbis,flac,alac,ac3,eac3,pcm_s16le,pcm_s16be,pcm_s24le,pcm_s24be,pcm_s32le,pcm_f32le,pcm_u8,mov_text,webvtt,subrip,srt,ass,ssa'
const errorLengthMax = 4_000
const probeBytesMax = 1_048_576

/** ffmpeg in a process of its own: a file of a known kind goes in, one protocol is allowed, memory and time are bounded, others go first. */
export class Ffmpeg {
  constructor(private readonly programs: Programs) {}

  /** What ffprobe says of a file, as it says it. @throws AppError invalid when it can't be read. */
  async probe(path: string, type: string, signal: AbortSignal): Promise<unknown> {
    const chunks: Uint8Array[] = []
    let bytes = 0
    const shown = ['-show_streams', '-show_format', '-show_chapters', '-of', 'json']
    await this.#spawn(
      this.programs.ffprobe,
      ['-v', 'error', ...inputOf(path, type).slice(0, -2), ...shown, `file:${path}`],
      {
        folder: '/',
        signal,
        msMax: limits.probeMs,
        onOutput: (chunk) => {
          bytes += chunk.byteLength
          if (bytes <= probeBytesMax) chunks.push(chunk)
        },
      },
    )
    if (bytes > probeBytesMax) throw unreadable(new Error('ffprobe says too much.'))
    try {
      return JSON.parse(Buffer.concat(chunks).toString()) as unknown
    } catch (error) {
      throw unreadable(error)
    }
  }

  /**
   * One run. @param before options of the input, such as where to begin; `after` says what becomes of it.
   * @throws AppError invalid when the file can't be worked on; unavailable when it was stopped or the disk is full; Error when it
   * was killed by something else, which another attempt may survive.
   */
  async run(
    input: { readonly path: string; readonly type: string; readonly before?: readonly string[] },
    after: readonly string[],
    options: RunOptions,
  ): Promise<void> {
    const quiet = ['-v', 'error', '-nostdin', '-y', '-max_pixels', String(limits.filmPixelsMax), '-threads', '2']
    const progress = options.onSeconds === undefined ? [] : ['-progress', 'pipe:1', '-stats_period', '0.5']
    const read = [...(input.before ?? []), ...inputOf(input.path, input.type)]
    await this.#spawn(this.programs.ffmpeg, [...quiet, ...read, ...progress, ...after], {
      ...options,
      ...(options.onSeconds !== undefined && { onOutput: progressReader(options.onSeconds) }),
    })
  }

  async #spawn(program: string, args: readonly string[], options: RunOptions): Promise<void> {
    const { folder, signal, msMax } = options
    if (signal.aborted) throw stopped()
    const child = Bun.spawn([...this.programs.wrapper, program, ...args], {
      cwd: folder,
      env: { PATH: '/usr/local/bin:/usr/bin:/bin' },
      stdin: 'ignore',
      stdout: 'pipe',
      stderr: 'pipe',
    })
    let isLate = false
    const kill = () => child.kill('SIGKILL')
    const timer = setTimeout(() => {
      isLate = true
      kill()
    }, msMax)
    signal.addEventListener('abort', kill, { once: true })
    try {
      const [said] = await Promise.all([tail(child.stderr), drain(child.stdout, options.onOutput)])
      const code = await child.exited
      if (signal.aborted) throw stopped()
      if (isLate) throw tooSlow()
      if (code === 0) return
      if (/No space left on device/.test(said)) {
        throw new AppError('unavailable', 'The disk for films is full.', { retryAfterS: 60, cause: new Error(said) })
      }
      if (child.signalCode === 'SIGKILL') throw new Error('ffmpeg was killed.')
      throw unreadable(new Error(said))
    } finally {
      clearTimeout(timer)
      signal.removeEventListener('abort', kill)
    }
  }
}

/** ffmpeg and ffprobe, where they are installed; undefined without them. */
export function findFfmpeg(): Ffmpeg | undefined {
  const [ffmpeg, ffprobe] = [Bun.which('ffmpeg'), Bun.which('ffprobe')]
  if (ffmpeg === null || ffprobe === null) return undefined
  const nice = Bun.which('nice', { PATH: '/usr/bin:/bin' })
  // Ends with us, whatever ends us.
  const setpriv = Bun.which('setpriv', { PATH: '/usr/bin:/bin' })
  const last = [
    ...(nice === null ? [] : [nice, '-n', '15']),
    ...(setpriv === null ? [] : [setpriv, '--pdeathsig', 'KILL']),
  ]
  const kibibytes = String(Math.floor(limits.filmMemoryBytesMax / 1_024))
  const shell = ['/bin/sh', '-c', 'ulimit -v "$0"; exec "$@"', kibibytes]
  return new Ffmpeg({ ffmpeg, ffprobe, wrapper: [...shell, ...last] })
}

export function unreadable(cause?: unknown): AppError {
  return new AppError(
    'invalid',
    'This file can’t be read as a film or a sound: it is damaged, cut off, or of a kind we don’t know.',
    {
      cause,
    },
  )
}

export function stopped(): AppError {
  return new AppError('unavailable', 'The work was stopped.', { retryAfterS: 1 })
}

function tooSlow(): AppError {
  return new AppError('invalid', 'This film takes longer to work on than any film of its length should.')
}

function inputOf(path: string, type: string): string[] {
  const demuxer = demuxers[type]
  if (demuxer === undefined) throw unreadable()
  return ['-f', demuxer, '-protocol_whitelist', 'file', '-codec_whitelist', codecs, '-i', `file:${path}`]
}

/** ffmpeg writes `name=value` lines. */
function progressReader(onSeconds: (seconds: number) => void): (chunk: Uint8Array) => void {
  const decoder = new TextDecoder()
  return (chunk) => {
    const found = [...decoder.decode(chunk, { stream: true }).matchAll(/out_time_us=(\d+)/g)].at(-1)
    if (found !== undefined) onSeconds(Number(found[1]) / 1e6)
  }
}

async function drain(stream: ReadableStream<Uint8Array>, onOutput: ((chunk: Uint8Array) => void) | undefined) {
  for await (const chunk of stream) onOutput?.(chunk)
}

async function tail(stream: ReadableStream<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const chunk of stream) text = (text + decoder.decode(chunk, { stream: true })).slice(-errorLengthMax)
  return text
}

import { Session } from 'node:inspector'
import { AppError } from '../../src/errors.ts'

export const profileSecondsMax = 30

/** Takes CPU profiles of the thread that answers HTTP, one at a time. Browsers' developer tools and speedscope read them. */
export class Profiler {
  #busy = false

  /** The profile as text (.cpuprofile). @throws AppError conflict while another is being taken. */
  async take(seconds: number): Promise<string> {
    if (this.#busy) throw new AppError('conflict', 'A profile is being taken. Try again when it is done.')
    this.#busy = true
    const session = new Session()
    session.connect()
    try {
      await post(session, 'Profiler.enable')
      await post(session, 'Profiler.start')
      await Bun.sleep(seconds * 1_000)
      return JSON.stringify((await post(session, 'Profiler.stop')).profile)
    } finally {
      session.disconnect()
      this.#busy = false
    }
  }
}

function post(session: Session, method: string): Promise<{ profile?: unknown }> {
  return new Promise((resolve, reject) =>
    session.post(method, (error, result) => (error ? reject(error) : resolve((result ?? {}) as { profile?: unknown }))),
  )
}

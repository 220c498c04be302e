import { film } from '../../test/fixtures/films.ts'
import { report } from './report.ts'
import type { Server } from './servers.ts'

const seconds = 30

/** A film of 1080 lines: when its first rung plays, and when its whole ladder stands, from the answer to the upload on. */
export async function films({ origin }: Pick<Server, 'origin'>, apiKey: string): Promise<void> {
  const headers = { authorization: `Bearer ${apiKey}` }
  const body = new FormData()
  body.set('file', new File([await film({ size: '1920x1080', seconds, isNoisy: true })], 'film.mp4'))
  const answered = await fetch(`${origin}/api/v1/assets`, { method: 'POST', body, headers })
  if (answered.status !== 201) throw new Error(`The upload was answered with ${answered.status}.`)
  const { id } = (await answered.json()) as { id: string }
  const startedMs = performance.now()
  const until = async (what: 'playable' | 'settled'): Promise<number> => {
    const asked = await fetch(`${origin}/api/v1/assets/${id}/film?until=${what}`, { headers })
    const { film } = (await asked.json()) as { film: { state: string; rungs: readonly object[]; fault: string | null } }
    if (film.fault !== null) throw new Error(film.fault)
    if (film.state === 'ready' || (what === 'playable' && film.rungs.length > 0)) return performance.now() - startedMs
    return until(what)
  }
  const playableMs = await until('playable')
  const wholeMs = await until('settled')
  report({ name: `film of ${seconds} s, 1080p: first rung plays after`, value: playableMs / 1_000, unit: 's' })
  report({ name: 'its whole ladder stands after', value: wholeMs / 1_000, unit: 's' })
  report({
    name: 'time to the first playable rung ÷ whole ladder',
    value: playableMs / wholeMs,
    unit: '×',
    bar: { kind: 'most', value: 0.5 },
  })
}

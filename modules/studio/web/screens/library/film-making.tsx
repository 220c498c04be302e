import { useEffect } from 'preact/hooks'
import { percent } from '../../app/formats.ts'
import { type Asset, assets } from '../../app/resources.ts'
import { may } from '../../app/session.ts'
import { t } from '../../app/words.ts'
import { useSubmission } from '../../ui/submission.ts'

/** How long one question for a film's progress waits for its end, in seconds. */
const waitS = 2

/** What is being made of a film or a sound: how far it is, what went wrong, and what can be done about it. */
export function FilmMaking({
  asset,
  onChanged,
}: {
  readonly asset: Asset
  readonly onChanged: (asset: Asset) => void
}) {
  const words = t().library.making
  const submission = useSubmission()
  const { id, film } = asset
  const isUnderWay = film?.state === 'waiting' || film?.state === 'working'
  useEffect(() => {
    if (!isUnderWay) return
    let isOpen = true
    const watch = async () => {
      while (isOpen) {
        const now = await assets.film(id, waitS)
        if (isOpen) onChanged(now)
      }
    }
    // What cannot be asked now is seen when the file is opened again.
    watch().catch(() => {})
    return () => {
      isOpen = false
    }
  }, [id, isUnderWay])
  if (film === null) return null
  const text = words[film.state]
  const act = (work: () => Promise<Asset>) => () => void submission.run(async () => onChanged(await work()))
  return (
    <section>
      <h3>{words.title}</h3>
      <p role="status">{film.state === 'working' ? `${text} ${percent(film.progress / 100)}` : text}</p>
      {isUnderWay && <progress aria-label={words.title} max={100} value={film.progress} />}
      {film.fault !== null && <p class="fault">{film.fault}</p>}
      {submission.problem !== undefined && (
        <p class="fault" role="alert">
          {submission.problem.message}
        </p>
      )}
      {may('capsules:write') && film.state !== 'ready' && (
        <button
          type="button"
          class="button"
          disabled={submission.busy}
          onClick={act(() => (isUnderWay ? assets.stopFilm(id) : assets.makeFilm(id)))}
        >
          {isUnderWay ? words.stop : words.again}
        </button>
      )}
    </section>
  )
}

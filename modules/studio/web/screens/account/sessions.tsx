import { ago } from '../../app/formats.ts'
import { identity } from '../../app/identity.ts'
import { asProblem } from '../../app/problem.ts'
import { sessionToken } from '../../app/session.ts'
import { t } from '../../app/words.ts'
import { Failed } from '../../ui/form.tsx'
import { useLoaded } from '../../ui/loaded.ts'
import { say } from '../../ui/toasts.tsx'

/** Where one is signed in; each can be ended from here. */
export function Sessions() {
  const words = t().team
  const { loaded, reload } = useLoaded('sessions', async () => {
    const [list, current] = await Promise.all([identity.sessions(), identity.current()])
    if (current !== null) sessionToken.value = current.session.token
    return list
  })
  const end = async (work: () => Promise<unknown>) => {
    try {
      await work()
      say(words.sessionEnded)
    } catch (error) {
      say(asProblem(error, t().general.offline).message, { tone: 'bad' })
    }
    reload()
  }
  if (loaded.state === 'failed') return <Failed problem={loaded.problem} onRetry={reload} />
  const list = loaded.state === 'ready' ? loaded.data : []
  return (
    <section class="part">
      <div class="part-head">
        <h2>{words.sessions}</h2>
        {list.length > 1 && (
          <button type="button" class="button" onClick={() => void end(identity.revokeOthers)}>
            {words.endOthers}
          </button>
        )}
      </div>
      <ul class="rows">
        {list.map((session) => (
          <li key={session.id}>
            <div class="row-text">
              <strong>{browserOf(session.userAgent) ?? words.unknownBrowser}</strong>
              <span class="hint">{words.since(ago(Date.parse(session.createdAt)))}</span>
            </div>
            {session.token === sessionToken.value ? (
              <span class="state published">{words.thisSession}</span>
            ) : (
              <button
                type="button"
                class="button quiet danger"
                onClick={() => void end(() => identity.revoke(session.token))}
              >
                {words.endSession}
              </button>
            )}
          </li>
        ))}
      </ul>
    </section>
  )
}

const browsers: readonly (readonly [RegExp, string])[] = [
  [/Edg\//, 'Edge'],
  [/Firefox\//, 'Firefox'],
  [/Chrom(e|ium)\//, 'Chrome'],
  [/Safari\//, 'Safari'],
]
const systems: readonly (readonly [RegExp, string])[] = [
  [/Android/, 'Android'],
  [/iPhone|iPad/, 'iOS'],
  [/Windows/, 'Windows'],
  [/Mac OS/, 'macOS'],
  [/Linux/, 'Linux'],
]

/** Enough to recognise one's own machine. */
function browserOf(agent: string): string | undefined {
  const named = (list: typeof browsers) => list.find(([pattern]) => pattern.test(agent))?.[1]
  const parts = [named(browsers), named(systems)].filter((one) => one !== undefined)
  return parts.length === 0 ? undefined : parts.join(' · ')
}

import { useEffect, useState } from 'preact/hooks'
import { number } from '../../app/formats.ts'
import { asProblem } from '../../app/problem.ts'
import { questions as api, type Question } from '../../app/resources.ts'
import { t } from '../../app/words.ts'
import { say } from '../../ui/toasts.tsx'
import type { ShownQuestion } from './room-line.ts'

/** New questions are looked for so often: they are nobody's but the owner's, and so no message to the room. */
const lookEveryMs = 2_000
const waitingMax = 50

/** What the audience asks: first for the owner alone, then for everybody, most wanted first. */
export function QuestionList({
  id,
  questions,
  isWriter,
}: {
  readonly id: string
  readonly questions: readonly ShownQuestion[]
  readonly isWriter: boolean
}) {
  const words = t().presenting
  const [waiting, setWaiting] = useState<readonly Question[]>([])
  const look = () =>
    api.list(id, { state: 'waiting', limit: waitingMax }).then(
      ({ items }) => setWaiting(items),
      () => {},
    )
  useEffect(() => {
    void look()
    const timer = setInterval(() => document.visibilityState === 'visible' && void look(), lookEveryMs)
    return () => clearInterval(timer)
  }, [id])
  const moderate = async (question: string, state: 'shown' | 'answered' | 'hidden') => {
    setWaiting((before) => before.filter((one) => one.id !== question))
    try {
      await api.moderate(id, question, state)
    } catch (error) {
      say(asProblem(error, t().general.offline).message, { tone: 'bad' })
      void look()
    }
  }
  return (
    <section class="part" aria-labelledby="desk-questions">
      <h2 id="desk-questions">{words.questions}</h2>
      {waiting.length === 0 && questions.length === 0 && <p class="hint">{words.noQuestions}</p>}
      {waiting.length > 0 && (
        <>
          <h3>{words.waiting}</h3>
          <ul class="rows">
            {waiting.map(({ id: question, text }) => (
              <li key={question} class="asking">
                <p>{text}</p>
                {isWriter && (
                  <span class="actions">
                    <button type="button" class="button" onClick={() => void moderate(question, 'hidden')}>
                      {words.hide}
                    </button>
                    <button type="button" class="button primary" onClick={() => void moderate(question, 'shown')}>
                      {words.show}
                    </button>
                  </span>
                )}
              </li>
            ))}
          </ul>
        </>
      )}
      {questions.length > 0 && (
        <>
          <h3>{words.shown}</h3>
          <ul class="rows">
            {questions.map(({ id: question, text, votes, answered }) => (
              <li key={question} class="asking">
                <p>
                  <span class="state">▲ {number(votes)}</span>
                  {answered && <span class="state published">{words.answered}</span>}
                  {text}
                </p>
                {isWriter && (
                  <span class="actions">
                    <button type="button" class="button" onClick={() => void moderate(question, 'hidden')}>
                      {words.hide}
                    </button>
                    {!answered && (
                      <button type="button" class="button" onClick={() => void moderate(question, 'answered')}>
                        {words.markAnswered}
                      </button>
                    )}
                  </span>
                )}
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  )
}

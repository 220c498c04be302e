import type { ComponentChildren } from 'preact'
import { addressOf } from '../../app/router.ts'
import { t } from '../../app/words.ts'

/** Everything before one is inside: what is asked on one side, what it is for on the other. */
export function EntranceFrame({
  title,
  text,
  children,
}: {
  readonly title: string
  readonly text?: string
  readonly children: ComponentChildren
}) {
  const picture = document.getElementById('studio')?.dataset.picture
  return (
    <div class="entrance">
      <main class="entrance-form">
        <a class="mark" href={addressOf('')}>
          <img src="/favicon.ico" alt="" width="28" height="28" />
          {t().general.product}
        </a>
        <div>
          <h1 tabIndex={-1}>{title}</h1>
          {text !== undefined && <p class="lead">{text}</p>}
          {children}
        </div>
      </main>
      <aside class="entrance-picture">
        <img src={picture} alt="" />
        <p>
          <strong>{t().entrance.tagline}</strong>
          {t().entrance.taglineText}
        </p>
      </aside>
    </div>
  )
}

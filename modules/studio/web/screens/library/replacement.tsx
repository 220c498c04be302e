import { useState } from 'preact/hooks'
import { asProblem } from '../../app/problem.ts'
import type { Asset } from '../../app/resources.ts'
import { organization } from '../../app/session.ts'
import { Upload } from '../../app/upload.ts'
import { t } from '../../app/words.ts'
import { Icon } from '../../ui/icon.tsx'

const accepted = { image: 'image/*', video: 'video/*', audio: 'audio/*', file: '' } as const

type Way =
  | { readonly state: 'rest' }
  | { readonly state: 'sending'; readonly share: number }
  | { readonly state: 'done' | 'failed'; readonly text: string }

/** Other bytes in the place of a file: every capsule that shows it shows them. */
export function Replacement({
  asset,
  onReplaced,
}: {
  readonly asset: Asset
  readonly onReplaced: (next: Asset) => void
}) {
  const words = t().library
  const [way, setWay] = useState<Way>({ state: 'rest' })
  const take = async (file: File | undefined) => {
    if (file === undefined || way.state === 'sending') return
    setWay({ state: 'sending', share: 0 })
    try {
      const upload = new Upload(file, organization.value?.slug ?? '', asset.id)
      const next = await upload.send((sent) => setWay({ state: 'sending', share: sent / Math.max(1, file.size) }))
      setWay({ state: 'done', text: words.replaced(next.name) })
      onReplaced(next)
    } catch (error) {
      setWay({ state: 'failed', text: asProblem(error, t().general.offline).message })
    }
  }
  return (
    <>
      <label class="button upload">
        <Icon name="up" />
        {words.replace}
        <input
          type="file"
          class="unseen"
          accept={accepted[asset.kind]}
          onChange={(event) => {
            const input = event.currentTarget
            // The same file, chosen again after it failed, is a change too.
            void take(input.files?.[0]).finally(() => {
              input.value = ''
            })
          }}
        />
      </label>
      {way.state === 'sending' && <progress aria-label={words.replacing} max={1} value={way.share} />}
      <p class="hint" role="status">
        {way.state === 'done' && way.text}
      </p>
      {way.state === 'failed' && (
        <p class="fault" role="alert">
          {way.text}
        </p>
      )}
    </>
  )
}

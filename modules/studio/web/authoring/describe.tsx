import { useEffect } from 'preact/hooks'
import { Problem } from '../app/problem.ts'
import { proposals } from '../app/proposals.ts'
import { t } from '../app/words.ts'
import { wordsOf } from '../editor/document/words.ts'
import { say } from '../ui/toasts.tsx'
import { BeforeAfter } from './before-after.tsx'
import type { HelpOf } from './help.tsx'
import { ProposalDialog } from './proposal-dialog.tsx'
import { useProposal } from './proposing.ts'

const sideMax = 1_024
/** As a data URL: what a JSON body has room for. */
const lengthMax = 700_000

/** What a picture shows, for those who do not see it. */
export function Describe({ capsule, editing, block, onClose }: HelpOf<'description'>) {
  const words = t().authoring
  const address = (block.asset === undefined ? block.src : editing.assetUrls.value.get(block.asset)) ?? ''
  const near = [capsule.value.title, ...(editing.page.value?.blocks ?? []).map(wordsOf), block.caption ?? '']
  const proposing = useProposal(async (waiting) => {
    const picture = await pictureAt(address)
    const body = { picture, near: near.join('\n').slice(0, 2_000) }
    return proposals.alternativeText(capsule.value.id, body, waiting)
  })
  useEffect(() => proposing.start(), [])
  return (
    <ProposalDialog
      title={words.describeTitle}
      text={words.describeText}
      proposing={proposing}
      shown={({ text }) => (
        <>
          <img class="described" src={address} alt="" />
          <BeforeAfter before={block.alt ?? ''} after={text} />
        </>
      )}
      onAccept={({ text }) => {
        editing.edit(block, { alt: text })
        onClose()
        say(words.accepted, { undo: () => editing.undo() })
      }}
      onClose={onClose}
    >
      {() => null}
    </ProposalDialog>
  )
}

/** The picture as it is shown here, made small; one of another site, which may not be read, as its address. @throws Problem */
async function pictureAt(address: string): Promise<string> {
  const image = new Image()
  image.src = address
  try {
    await image.decode()
  } catch {
    throw new Problem(422, 'invalid', t().authoring.noPicture)
  }
  const share = Math.min(1, sideMax / Math.max(image.naturalWidth, image.naturalHeight, 1))
  const canvas = document.createElement('canvas')
  canvas.width = Math.max(1, Math.round((image.naturalWidth || sideMax) * share))
  canvas.height = Math.max(1, Math.round((image.naturalHeight || sideMax) * share))
  const pen = canvas.getContext('2d')
  if (pen === null) throw new Problem(422, 'invalid', t().authoring.noPicture)
  pen.fillStyle = '#fff'
  pen.fillRect(0, 0, canvas.width, canvas.height)
  pen.drawImage(image, 0, 0, canvas.width, canvas.height)
  try {
    for (const quality of [0.85, 0.6, 0.4]) {
      const data = canvas.toDataURL('image/jpeg', quality)
      if (data.length <= lengthMax) return data
    }
  } catch {
    if (address.startsWith('https:')) return address
  }
  throw new Problem(422, 'invalid', t().authoring.noPicture)
}

import { asProblem } from '../app/problem.ts'
import { type Asset, assets } from '../app/resources.ts'
import { organization } from '../app/session.ts'
import { Upload } from '../app/upload.ts'
import { t } from '../app/words.ts'
import { say } from '../ui/toasts.tsx'
import { isTooLarge } from './canvas/pasted.ts'
import { newId } from './document/making.ts'
import { blockOf, placeOf } from './document/tree.ts'
import type { Editing } from './editing.ts'

let existing: Promise<boolean> | undefined

/** Whether this server takes files, asked once. */
export function uploadsExist(): Promise<boolean> {
  existing ??= assets.exist()
  return existing
}

const types = ['image', 'video', 'audio'] as const

/** Uploads a file and remembers where it is. @param onShare how much of it is there, of 1. @throws Problem */
export async function upload(file: File, editing: Editing, onShare?: (share: number) => void): Promise<Asset> {
  const sending = new Upload(file, organization.value?.slug ?? '')
  const asset = await sending.send((sent) => onShare?.(sent / Math.max(1, file.size)))
  remember(asset, editing)
  return asset
}

/** Where a file is, so that the canvas shows it. */
export function remember(asset: Asset, editing: Editing): void {
  editing.assetUrls.value = new Map(editing.assetUrls.value).set(asset.id, asset.url)
}

/** Finds out where the uploaded files of a document are. What can't be found shows as missing. */
export async function findAssets(editing: Editing, ids: readonly string[]): Promise<void> {
  const found = await Promise.all(ids.map((id) => assets.get(id).catch(() => undefined)))
  const urls = new Map(editing.assetUrls.value)
  for (const asset of found) if (asset !== undefined) urls.set(asset.id, asset.url)
  editing.assetUrls.value = urls
}

/** Files that are dropped on the canvas or pasted into it become blocks; a text that is too long for any of them is refused. */
export function receiveFiles(inside: Document, editing: Editing): void {
  inside.addEventListener('dragover', (event) => event.preventDefault())
  inside.addEventListener('drop', (event) => {
    const files = [...(event.dataTransfer?.files ?? [])]
    if (files.length === 0) return
    event.preventDefault()
    const target = (event.target as Element).closest<HTMLElement>('[data-block-id]')?.dataset.blockId
    void take(files, editing, target)
  })
  inside.addEventListener(
    'paste',
    (event) => {
      const { clipboardData: pasted } = event
      if (pasted === null) return
      const files = [...pasted.files]
      const isLarge = isTooLarge(pasted)
      // Word and Excel bring a picture of what was copied too: the words are meant.
      const isPicture = files.length > 0 && pasted.getData('text/plain').trim() === ''
      if (!isLarge && !isPicture) return
      event.preventDefault()
      event.stopPropagation()
      if (isLarge) say(t().editor.tooLarge, { tone: 'bad' })
      else void take(files, editing, editing.selected.value)
    },
    true,
  )
}

async function take(files: readonly File[], editing: Editing, target: string | undefined): Promise<void> {
  if (!editing.writable) return
  if (!(await uploadsExist())) return say(t().blocks.noUploads, { tone: 'bad' })
  say(t().blocks.uploading)
  for (const file of files) {
    try {
      const asset = await upload(file, editing)
      const type = types.find((one) => file.type.startsWith(`${one}/`)) ?? 'file'
      const block = target === undefined ? undefined : blockOf(editing.document.value, target)
      if (block?.type === type && 'src' in block) {
        editing.edit(block, { asset: asset.id, src: undefined as never })
        continue
      }
      const place = target === undefined ? undefined : placeOf(editing.document.value, target)
      const page = editing.page.value
      if (page === undefined) return
      const title = type === 'file' ? { title: file.name } : {}
      editing.insert(
        { id: newId(), type, asset: asset.id, ...title },
        place?.list ?? { page: page.id },
        place === undefined ? page.blocks.length : place.index + 1,
      )
    } catch (error) {
      say(asProblem(error, t().general.offline).message, { tone: 'bad' })
    }
  }
}

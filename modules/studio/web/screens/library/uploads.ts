import { signal } from '@preact/signals'
import { asProblem } from '../../app/problem.ts'
import type { Asset } from '../../app/resources.ts'
import { Upload } from '../../app/upload.ts'
import { t } from '../../app/words.ts'
import { say } from '../../ui/toasts.tsx'

/** So many files are sent at once; the others wait. */
const atOnceMax = 2

/** A file on its way, as it is shown. */
export type Sending = { readonly id: number; readonly upload: Upload; readonly organization: string } & (
  | { readonly state: 'waiting' }
  | { readonly state: 'sending'; readonly sent: number }
  | { readonly state: 'failed'; readonly text: string }
)

/** They outlive the screen: whoever goes elsewhere in the studio loses none. */
export const sendings = signal<readonly Sending[]>([])
/** The last file that arrived, and where. */
export const arrived = signal<{ readonly asset: Asset; readonly organization: string } | undefined>(undefined)
let last = 0

export function begin(files: readonly File[], organization: string): void {
  const fresh = files.map((file) => {
    const upload = new Upload(file, organization)
    return { id: ++last, upload, organization, state: 'waiting' } as const
  })
  sendings.value = [...sendings.value, ...fresh]
  next()
}

export function retry(id: number): void {
  sendings.value = sendings.value.map((one) =>
    one.id === id ? { id, upload: one.upload, organization: one.organization, state: 'waiting' } : one,
  )
  next()
}

/** Ends it, whether it is under way or has failed. */
export function stop({ id, upload }: Sending): void {
  drop(id)
  upload.stop()
}

function next(): void {
  const isSending = sendings.value.filter((one) => one.state === 'sending').length
  const waiting = sendings.value.filter((one) => one.state === 'waiting').slice(0, Math.max(0, atOnceMax - isSending))
  for (const one of waiting) void send(one)
  if (sendings.value.some((one) => one.state === 'sending')) addEventListener('beforeunload', warn)
  else removeEventListener('beforeunload', warn)
}

async function send({ id, upload, organization }: Sending): Promise<void> {
  const set = (one: Sending) => {
    sendings.value = sendings.value.map((other) => (other.id === id ? one : other))
  }
  const sending = (sent: number) => set({ id, upload, organization, state: 'sending', sent })
  sending(0)
  try {
    const asset = await upload.send(sending)
    drop(id)
    arrived.value = { asset, organization }
    say(t().library.uploaded(asset.name))
  } catch (error) {
    // What was stopped is not there any more, and hears nothing of it.
    set({ id, upload, organization, state: 'failed', text: asProblem(error, t().general.offline).message })
  }
  next()
}

function drop(id: number): void {
  sendings.value = sendings.value.filter((one) => one.id !== id)
}

/** Browsers ask by themselves whether to leave. */
function warn(event: BeforeUnloadEvent): void {
  event.preventDefault()
}

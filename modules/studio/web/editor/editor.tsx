import { signal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { type Capsule, capsules, drafts } from '../app/resources.ts'
import { may } from '../app/session.ts'
import { t } from '../app/words.ts'
import { Failed } from '../ui/form.tsx'
import { useLoaded } from '../ui/loaded.ts'
import { say } from '../ui/toasts.tsx'
import { same } from './document/comparison.ts'
import { edited, stored } from './document/storing.ts'
import { blocksIn, type EditedDocument } from './document/tree.ts'
import { Editing } from './editing.ts'
import { findAssets } from './files.ts'
import { forget, kept } from './local-copy.ts'
import { Saving } from './saving.ts'
import { Workbench } from './workbench.tsx'

/** One capsule, open for editing. */
export function EditorScreen({ id = '' }: { readonly id?: string }) {
  const { loaded, reload } = useLoaded(id, () => open(id))
  const session = loaded.state === 'ready' ? loaded.data : undefined
  useEffect(() => () => session?.saving.close(), [session])
  if (loaded.state === 'failed') {
    return (
      <main class="plain">
        <Failed problem={loaded.problem} onRetry={reload} />
      </main>
    )
  }
  if (session === undefined) {
    return (
      <div class="waiting" role="status">
        <span class="spinner" aria-hidden="true" />
        <span class="unseen">{t().general.loading}</span>
      </div>
    )
  }
  return <Workbench key={id} {...session} />
}

async function open(id: string) {
  const [capsule, draft] = await Promise.all([capsules.get(id), drafts.get(id)])
  const document = edited(draft.data)
  const current = signal<Capsule>(capsule)
  const title = {
    get value() {
      return current.value.title
    },
  }
  const editing = new Editing(document, title, may('capsules:write'))
  const saving = new Saving(id, () => editing.document.value, document, draft.etag)
  const assetIds = assetsOf(document)
  if (assetIds.length > 0) void findAssets(editing, assetIds)
  takeBack(id, editing, saving, document, draft.etag)
  return { capsule: current, editing, saving }
}

/** What was changed here and never reached the server, from a visit before. */
function takeBack(id: string, editing: Editing, saving: Saving, document: EditedDocument, etag: string): void {
  const copy = kept(id)
  if (copy === undefined || !editing.writable) return
  if (same(stored(copy.document), stored(document))) return forget(id)
  editing.change('', copy.document)
  if (copy.etag !== etag) return saving.meet(document, etag)
  saving.changed(copy.document)
  say(t().editor.keptText)
}

function assetsOf(document: EditedDocument): string[] {
  const blocks = document.pages.flatMap((page) => [...blocksIn(page.blocks)])
  return [...new Set(blocks.flatMap((block) => ('asset' in block && block.asset !== undefined ? [block.asset] : [])))]
}

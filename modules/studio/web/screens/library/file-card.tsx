import { fileSize } from '../../app/formats.ts'
import type { Asset } from '../../app/resources.ts'
import { t } from '../../app/words.ts'
import { Icon } from '../../ui/icon.tsx'

/** One file in the grid: what it looks like, and what it is. */
export function FileCard({ asset, onOpen }: { readonly asset: Asset; readonly onOpen: () => void }) {
  const words = t().library
  const { name, kind, bytes, thumbnail, film } = asset
  const picture = thumbnail ?? film?.poster ?? undefined
  return (
    <li class="card file">
      <div class={`thumbnail ${picture === undefined ? 'blank' : ''}`} aria-hidden="true">
        {picture === undefined ? <Icon name={kind} /> : <img src={picture} alt="" loading="lazy" decoding="async" />}
      </div>
      <div class="card-text">
        <h2>
          <button type="button" class="cover" onClick={onOpen}>
            {name}
          </button>
        </h2>
        <p class="hint">
          {words.kind[kind]} · {fileSize(bytes)}
        </p>
        {kind === 'image' && asset.alt === '' && <p class="hint">{words.noAlt}</p>}
      </div>
    </li>
  )
}

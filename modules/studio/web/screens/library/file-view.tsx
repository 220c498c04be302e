import type { Asset } from '../../app/resources.ts'
import { Icon } from '../../ui/icon.tsx'

/** The file itself, as large as there is room: to be looked at, played or heard. */
export function FileView({ asset }: { readonly asset: Asset }) {
  return (
    <div class={`file-view ${asset.kind}`}>
      <Shown key={asset.url} asset={asset} />
    </div>
  )
}

function Shown({ asset: { kind, url, name, alt, film } }: { readonly asset: Asset }) {
  if (kind === 'image') return <img src={url} alt={alt === '' ? name : alt} />
  if (kind === 'file') return <Icon name="file" />
  const Player = kind
  const poster = kind === 'video' ? film?.poster : null
  return (
    <Player controls preload="metadata" src={url} {...(poster != null && { poster })} aria-label={name}>
      {film?.captions.map(({ language, label, url: source }) => (
        <track key={language} kind="captions" srcLang={language} label={label} src={source ?? undefined} />
      ))}
    </Player>
  )
}

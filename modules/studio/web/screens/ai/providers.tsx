import { useState } from 'preact/hooks'
import { type OwnProvider, ownProviders } from '../../app/ai.ts'
import { t } from '../../app/words.ts'
import { Failed } from '../../ui/form.tsx'
import { Icon } from '../../ui/icon.tsx'
import { useLoaded } from '../../ui/loaded.ts'
import { Menu } from '../../ui/menu.tsx'
import { say } from '../../ui/toasts.tsx'
import { Confirm } from '../team/confirm.tsx'
import { ProviderForm } from './provider-form.tsx'

type Open = { readonly what: 'new' } | { readonly what: 'form' | 'removal'; readonly provider: OwnProvider } | undefined

/** The providers that the organization brought itself. */
export function ProviderList({ onChanged }: { readonly onChanged: () => void }) {
  const words = t().ai.own
  const { loaded, reload } = useLoaded('ai providers', ownProviders.list)
  const [open, setOpen] = useState<Open>()
  if (loaded.state === 'failed') return <Failed problem={loaded.problem} onRetry={reload} />
  const list = loaded.state === 'ready' ? loaded.data.items : []
  const changed = (text: string) => {
    setOpen(undefined)
    say(text)
    reload()
    onChanged()
  }
  return (
    <section class="part" aria-label={words.title}>
      <div class="part-head">
        <h2>{words.title}</h2>
        <button type="button" class="button" onClick={() => setOpen({ what: 'new' })}>
          <Icon name="plus" />
          {words.add}
        </button>
      </div>
      <p class="hint">{words.text}</p>
      <ul class="rows">
        {list.map((provider) => (
          <li key={provider.id}>
            <div class="row-text">
              <strong>{provider.name}</strong> <span class="hint">{words.keyOf(provider.keyEnding)}</span>
              <p class="hint">{provider.models.map(({ name }) => name).join(' · ')}</p>
              {provider.key === 'lost' && <p class="note">{words.lost}</p>}
            </div>
            <Menu
              label={words.actions(provider.name)}
              items={[
                { text: words.change, icon: 'gear', run: () => setOpen({ what: 'form', provider }) },
                { text: words.remove, icon: 'trash', danger: true, run: () => setOpen({ what: 'removal', provider }) },
              ]}
            />
          </li>
        ))}
      </ul>
      {open?.what === 'new' && (
        <ProviderForm onClose={() => setOpen(undefined)} onSaved={() => changed(t().general.saved)} />
      )}
      {open?.what === 'form' && (
        <ProviderForm
          provider={open.provider}
          onClose={() => setOpen(undefined)}
          onSaved={() => changed(t().general.saved)}
        />
      )}
      {open?.what === 'removal' && (
        <Confirm
          title={words.removeTitle(open.provider.name)}
          text={words.removeText}
          action={words.remove}
          onClose={() => setOpen(undefined)}
          onConfirm={() => ownProviders.remove(open.provider.id)}
          onDone={() => changed(words.removed)}
        />
      )}
    </section>
  )
}

import { type AssetUse, assets, capsules, type Listed } from '../../app/resources.ts'
import { addressOf } from '../../app/router.ts'
import { organization } from '../../app/session.ts'
import { t } from '../../app/words.ts'

/** A capsule that shows a file, by its name. */
export interface NamedUse extends AssetUse {
  /** Undefined for one that cannot be had. */
  readonly title: string | undefined
}

const usesPerPage = 20

export async function namedUses(id: string, cursor?: string): Promise<Listed<NamedUse>> {
  const { items, nextCursor } = await assets.uses(id, { limit: usesPerPage, cursor })
  const named = items.map(async (use) => {
    const capsule = await capsules.get(use.capsule).catch(() => undefined)
    return { ...use, title: capsule?.title }
  })
  return { items: await Promise.all(named), nextCursor }
}

export function UseList({ uses }: { readonly uses: readonly NamedUse[] }) {
  const words = t().library
  return (
    <ul class="uses">
      {uses.map(({ capsule, title, places }) => (
        <li key={capsule}>
          {title === undefined ? (
            words.unknownCapsule
          ) : (
            <a href={addressOf(`/o/${organization.value?.slug}/capsules/${capsule}`)}>{title}</a>
          )}
          <span class="hint"> {places.map((place) => words.places[place]).join(', ')}</span>
        </li>
      ))}
    </ul>
  )
}

import { t } from '../../app/words.ts'
import { Icon } from '../../ui/icon.tsx'

/** Up, down and away: for one item of a list in a panel. */
export function ItemTools<T>({
  items,
  index,
  min,
  name,
  removeLabel,
  onChange,
}: {
  readonly items: readonly T[]
  readonly index: number
  /** Fewer items than this the list may not have. */
  readonly min: number
  readonly name: string
  readonly removeLabel: string
  readonly onChange: (items: T[]) => void
}) {
  const words = t().blocks
  const swap = (by: 1 | -1) => {
    const changed = [...items]
    const [one, other] = [changed[index], changed[index + by]]
    if (one === undefined || other === undefined) return
    changed[index] = other
    changed[index + by] = one
    onChange(changed)
  }
  return (
    <div class="item-tools">
      <button
        type="button"
        class="button quiet square"
        aria-label={words.up(name)}
        disabled={index === 0}
        onClick={() => swap(-1)}
      >
        <Icon name="up" />
      </button>
      <button
        type="button"
        class="button quiet square"
        aria-label={words.down(name)}
        disabled={index === items.length - 1}
        onClick={() => swap(1)}
      >
        <Icon name="down" />
      </button>
      <button
        type="button"
        class="button quiet square"
        aria-label={removeLabel}
        disabled={items.length <= min}
        onClick={() => onChange(items.toSpliced(index, 1))}
      >
        <Icon name="close" />
      </button>
    </div>
  )
}

import type { ComponentChildren } from 'preact'

/** What may be longer than there is room for: it is scrolled, by keys too. */
export function Proposed({ label, children }: { readonly label: string; readonly children: ComponentChildren }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keys.
    <section class="proposed" tabIndex={0} aria-label={label}>
      {children}
    </section>
  )
}

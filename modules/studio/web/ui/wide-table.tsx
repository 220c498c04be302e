import type { ComponentChildren } from 'preact'

/** A table that may be wider than its place: what scrolls sideways is reached by the keyboard too (WCAG 2.1.1). */
export function WideTable({ label, children }: { readonly label: string; readonly children: ComponentChildren }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: see above.
    <section class="table" tabIndex={0} aria-label={label}>
      <table>{children}</table>
    </section>
  )
}

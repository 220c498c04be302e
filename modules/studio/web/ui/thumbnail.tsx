/** A page as visitors see it, made small: the real one, loaded when it comes into sight, and nothing to a keyboard or reader. */
export function Thumbnail({ address }: { readonly address: string }) {
  return (
    <div class="thumbnail" inert aria-hidden="true">
      <iframe title="Preview" loading="lazy" sandbox="" tabIndex={-1} src={address} />
    </div>
  )
}

/** Told to the scripts of blocks when the page may hold forms that they have not seen. */
export const contentEvent = 'encapsify:content'

/** Does something with every element of a kind, once: those that are here, and those that come later. */
export function onEvery<E extends Element>(selector: string, work: (element: E) => void): void {
  const known = new WeakSet<E>()
  const look = () => {
    for (const element of document.querySelectorAll<E>(selector)) {
      if (known.has(element)) continue
      known.add(element)
      work(element)
    }
  }
  look()
  document.addEventListener(contentEvent, look)
}

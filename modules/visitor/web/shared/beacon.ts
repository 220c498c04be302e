/** Tells the server something that nobody waits for; also while the page is being left. No cookie is set by it. */
export function tellAside(path: string, what: object): boolean {
  return navigator.sendBeacon(path, new Blob([JSON.stringify(what)], { type: 'application/json' }))
}

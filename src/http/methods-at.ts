/** The methods for which some route matches this path. */
export function methodsAt(routes: readonly { method: string; path: string }[], path: string): string[] {
  const matching = routes.filter((route) =>
    new RegExp(
      `^${route.path
        .replace(/[.+^${}()|[\]\\]/g, '\\$&')
        .replace(/:[^/]+/g, '[^/]+')
        .replace(/\*$/, '.*')}$`,
    ).test(path),
  )
  return [...new Set(matching.map((route) => route.method.toUpperCase()))].sort()
}

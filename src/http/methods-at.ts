interface Route {
  readonly method: string
  readonly path: string
}

/**
 * The methods for which some route matches this path. A first segment that some route spells out (`/api`) is never taken
 * for a parameter of another (`/:organization`): what is not below `/api` is nothing, and no page either.
 */
export function methodsAt(routes: readonly Route[], path: string): string[] {
  const spelledOut = routes.some((route) => firstOf(route.path) === firstOf(path))
  const matching = routes.filter(
    (route) => !(spelledOut && route.path.startsWith('/:')) && patternOf(route.path).test(path),
  )
  return [...new Set(matching.map((route) => route.method.toUpperCase()))].sort()
}

function firstOf(path: string): string {
  return path.split('/')[1] ?? ''
}

function patternOf(path: string): RegExp {
  const escaped = path.replace(/[.+^${}()|[\]\\]/g, '\\$&')
  return new RegExp(`^${escaped.replace(/:[^/]+/g, '[^/]+').replace(/\*$/, '.*')}$`)
}

import { rules } from '../cache/rules.ts'

/**
 * The last look at an answer before it leaves: with a cookie it is one browser's own, whatever a route says; and what the API
 * says nothing about is stored by nobody.
 */
export function keepPrivate(response: Response, isApi: boolean): void {
  const { headers } = response
  if (headers.has('set-cookie')) {
    if (!/\b(?:private|no-store)\b/.test(headers.get('cache-control') ?? '')) {
      headers.set('cache-control', rules.own.cacheControl)
    }
    headers.delete('cdn-cache-control')
  } else if (isApi && !headers.has('cache-control')) headers.set('cache-control', rules.api.cacheControl)
}

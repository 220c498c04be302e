/** What a request for a visitor page names. */
export interface PageAddress {
  /** Lower case, without escapes. */
  readonly organization: string
  readonly capsule: string
  /** Of `?page=`; absent: the first page. */
  readonly page: string | undefined
  /** Of `?answered=`: the block whose answer was just taken; such a page is one visitor's own. */
  readonly answered: string | undefined
  /** Whether that block had been answered before. */
  readonly again: boolean
  /** The query as it was sent, with its question mark. */
  readonly query: string
  /** Whether the path was written as it should be: no capitals, no escapes, no slash at the end. */
  readonly normal: boolean
}

/**
 * The key of a page in the cache: its path, and its page when one is named. Cut out of the request's address without
 * parsing it, because this is what every view of a page pays. The host is no part of it. Undefined for what is one
 * visitor's own. Parameters that are not ours (`utm_source` and the like) do not count.
 */
export function keyOf(url: string): string | undefined {
  const start = pathStart(url)
  const query = url.indexOf('?', start)
  if (query === -1) return url.slice(start)
  if (parameter(url, query, 'answered') !== undefined) return undefined
  return pageKey(url.slice(start, query), parameter(url, query, 'page'))
}

export function pageKey(path: string, page: string | undefined): string {
  return page === undefined || page === '' ? path : `${path}?page=${page}`
}

/** Reads the address of a page, or of what lies below it. Undefined when it can name none. */
export function addressOf(url: string): PageAddress | undefined {
  const start = pathStart(url)
  const query = url.indexOf('?', start)
  const path = query === -1 ? url.slice(start) : url.slice(start, query)
  const [, organization = '', capsule = ''] = path.split('/').map(unescaped)
  if (organization === '' || capsule === '') return undefined
  return {
    organization,
    capsule,
    page: parameter(url, query, 'page') || undefined,
    answered: parameter(url, query, 'answered') || undefined,
    again: parameter(url, query, 'again') !== undefined,
    query: query === -1 ? '' : url.slice(query),
    normal: path === `/${organization}/${capsule}`,
  }
}

/** A path segment in its normal form; '' when it can be no slug. */
function unescaped(segment: string): string {
  try {
    return decodeURIComponent(segment).toLowerCase()
  } catch {
    return ''
  }
}

/** Behind `http://` or `https://` and a host of at least one character. */
function pathStart(url: string): number {
  return url.indexOf('/', 8)
}

/** The first value of a query parameter as it was sent; ids need no escapes, and what has some is no id. */
function parameter(url: string, query: number, name: string): string | undefined {
  for (let at = query; at !== -1; at = url.indexOf('&', at + 1)) {
    if (!url.startsWith(name, at + 1)) continue
    const end = at + 1 + name.length
    if (end === url.length || url[end] === '&') return ''
    if (url[end] !== '=') continue
    const next = url.indexOf('&', end)
    return next === -1 ? url.slice(end + 1) : url.slice(end + 1, next)
  }
  return undefined
}

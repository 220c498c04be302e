import { isIP } from 'node:net'
import { domainToASCII } from 'node:url'
import { AppError } from '../../src/errors.ts'
import { limits } from './limits.ts'

const label = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?'
/** Two labels at least; the last one begins with a letter (RFC 3696, 2). */
const pattern = new RegExp(`^(?:${label}\\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$`)
/** No name holds these, in whatever script. */
const foreign = /[\s\p{Cc}/\\?#@:%[\]]/u
/** Names that lead nowhere on the internet, or that belong to the platform (RFC 6761, 6762, 8375). */
const closedEnds = ['localhost', 'local', 'internal', 'arpa', 'onion', 'invalid', 'fly.dev', 'flycast']

/**
 * A domain in the one form that is stored and compared: lower case, internationalized labels in ASCII (UTS 46), no dot at the
 * end. @param ownHost the host of this server, which is nobody's. @throws AppError invalid with the fault at /domain.
 */
export function checkDomainName(given: string, ownHost: string): string {
  // A parser of addresses would cut off what is no name and take the rest.
  const name = foreign.test(given) ? '' : domainToASCII(given.replace(/\.$/, ''))
  const fault =
    name === '' || isIP(name) !== 0 || name.length > limits.domainLengthMax || !pattern.test(name)
      ? 'must be a name such as pages.example.com, without https:// and without a path'
      : [...closedEnds, ownHost].some((end) => name === end || name.endsWith(`.${end}`))
        ? 'is none that can be given away'
        : undefined
  if (fault === undefined) return name
  throw new AppError('invalid', `The domain ${fault}.`, { faults: [{ pointer: '/domain', message: fault }] })
}

/** The host of a request's address, as it is stored: without its port, lower case, no dot at the end. */
export function hostOf(url: string): string {
  const start = url.indexOf('//') + 2
  const host = url.slice(start, url.indexOf('/', start)).replace(/:\d*$/, '')
  return (host.endsWith('.') ? host.slice(0, -1) : host).toLowerCase()
}

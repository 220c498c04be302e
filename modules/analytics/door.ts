import { AppError } from '../../src/errors.ts'
import { rememberPeer } from '../../src/http/client-address.ts'
import { problemResponse } from '../../src/http/problem.ts'
import type { Door } from '../../src/http/server.ts'
import type { Beacons } from './beacons.ts'

export const beaconPath = '/-/visits'
const noStore = { 'cache-control': 'no-store' }

/** Takes beacons before the router: there are more of them than of anything else, and each is answered with nothing. */
export function beaconDoor(beacons: Pick<Beacons, 'take'>): Door {
  return (request, server) => {
    const at = request.url.indexOf('/', 8)
    if (!request.url.startsWith(beaconPath, at) || !isEnd(request.url[at + beaconPath.length])) return undefined
    rememberPeer(request, server)
    return answer(beacons, request)
  }
}

async function answer(beacons: Pick<Beacons, 'take'>, request: Request): Promise<Response> {
  try {
    if (request.method !== 'POST') {
      throw new AppError('method-not-allowed', `${request.method} is not possible here; POST is.`)
    }
    await beacons.take(request)
    return new Response(null, { status: 204, headers: noStore })
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return problemResponse(error, request, {
      ...noStore,
      ...(error.code === 'method-not-allowed' && { allow: 'POST' }),
    })
  }
}

function isEnd(character: string | undefined): boolean {
  return character === undefined || character === '?'
}

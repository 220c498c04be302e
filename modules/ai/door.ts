import { requestIdOf } from '../../src/http/request-id.ts'
import type { Door } from '../../src/http/server.ts'
import type { Keys } from '../organization/index.ts'
import type { Ai } from './ai.ts'
import { CapsuleModel, capsuleModel } from './chat/openai-face.ts'
import { type Caller, unknownModel } from './governance/governance.ts'
import { limits } from './limits.ts'
import { invalid, Refusal } from './refusal.ts'
import { type AiRequest, type Endpoint, parseRequest } from './requests.ts'

export interface AiDoorDeps {
  readonly ai: Ai
  readonly keys: Pick<Keys, 'find'>
  readonly reportBug: (error: unknown) => void
}

const prefix = '/ai/v1/'
/** A body that is longer on its way than this is not waited for. */
const bodyMsMax = 60_000

/** `/ai/v1`: OpenAI's protocol for who holds a key of an organization, without a router on the way. */
export function aiDoor(deps: AiDoorDeps): Door {
  const handler = new AiHandler(deps)
  return (request, server) => {
    const start = request.url.indexOf('/', 8)
    if (!request.url.startsWith(prefix, start)) return undefined
    const query = request.url.indexOf('?', start)
    const path = request.url.slice(start + prefix.length, query === -1 ? undefined : query)
    // A model may think longer than a connection may be silent.
    server?.timeout(request, 0)
    return handler.answer(request, path)
  }
}

class AiHandler {
  readonly #capsules: CapsuleModel

  constructor(private readonly deps: AiDoorDeps) {
    this.#capsules = new CapsuleModel(deps.ai.chat, () => deps.ai.clock.nowMs())
  }

  async answer(request: Request, path: string): Promise<Response> {
    let response: Response
    try {
      response = await this.#route(request, path)
    } catch (error) {
      response = this.#refuse(error)
    }
    response.headers.set('x-request-id', requestIdOf(request))
    return response
  }

  #route(request: Request, path: string): Promise<Response> | Response {
    const caller = this.#callerOf(request)
    if (path === 'chat/completions' || path === 'embeddings') return this.#complete(request, caller, path)
    if (path === 'models' || path.startsWith('models/')) {
      if (request.method !== 'GET') throw notPossible(request)
      return this.#models(caller, path.slice('models/'.length))
    }
    throw new Refusal(404, 'invalid_request_error', `Unknown request URL: ${request.method} ${prefix}${path}.`, {
      code: 'unknown_url',
    })
  }

  async #complete(request: Request, caller: Caller, endpoint: Endpoint): Promise<Response> {
    if (request.method !== 'POST') throw notPossible(request)
    const call = parseRequest(endpoint, await this.#body(request))
    if (call.model.startsWith(capsuleModel)) return this.#capsule(request, caller, call)
    return this.deps.ai.proxy.answer(caller, call, request.signal)
  }

  async #capsule(request: Request, caller: Caller, call: AiRequest): Promise<Response> {
    if (call.endpoint !== 'chat/completions') throw invalid('A capsule has a chat and no embeddings.', 'model')
    this.deps.ai.governance.admit(caller, call)
    const language = request.headers.get('accept-language') ?? undefined
    return this.#capsules.answer(caller, call, language, request.signal)
  }

  #models(caller: Caller, id: string): Response {
    const { ai } = this.deps
    const allowed = ai.gateway.modelsOf(caller.organizationId).filter((model) => ai.governance.mayUse(caller, model))
    const show = (model: string) => ({ id: model, object: 'model', created: 0, owned_by: 'encapsify' })
    if (id === '') return Response.json({ object: 'list', data: allowed.map(show) })
    const wanted = decoded(id)
    if (!allowed.includes(wanted)) throw unknownModel(wanted)
    return Response.json(show(wanted))
  }

  #callerOf(request: Request): Caller {
    const authorization = request.headers.get('authorization') ?? ''
    const known = authorization.startsWith('Bearer ') ? this.deps.keys.find(authorization.slice(7)) : undefined
    if (known === undefined) {
      throw new Refusal(401, 'authentication_error', 'This API key is not valid, or was revoked.', {
        code: 'invalid_api_key',
      })
    }
    if (!known.scopes.includes('ai:use')) {
      throw new Refusal(403, 'permission_error', 'This API key lacks the scope "ai:use".', { code: 'missing_scope' })
    }
    return { organizationId: known.organizationId, keyId: known.id, capsuleId: '' }
  }

  /** @throws Refusal 413 before it is read, 408 when it trickles. */
  #body(request: Request): Promise<ArrayBuffer> {
    if (Number(request.headers.get('content-length') ?? 0) > limits.requestBytesMax) {
      throw new Refusal(413, 'invalid_request_error', `A request has at most ${limits.requestBytesMax} bytes.`, {
        code: 'request_too_large',
      })
    }
    return new Promise((resolve, reject) => {
      const cancel = this.deps.ai.clock.after(bodyMsMax, () =>
        reject(new Refusal(408, 'timeout_error', `The body took longer than ${bodyMsMax} ms to arrive.`)),
      )
      request.arrayBuffer().then(resolve, reject).finally(cancel)
    })
  }

  #refuse(error: unknown): Response {
    const refusal = Refusal.from(error)
    if (refusal !== undefined) return refusal.toResponse()
    if (!(error instanceof Error && error.name === 'AbortError')) this.deps.reportBug(error)
    return new Refusal(500, 'server_error', 'Something went wrong on our side. It has been logged.').toResponse()
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

function notPossible(request: Request): Refusal {
  return new Refusal(405, 'invalid_request_error', `${request.method} is not possible here.`, {
    code: 'method_not_allowed',
  })
}

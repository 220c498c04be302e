import type { Tracer } from '../../src/observability/tracing/tracer.ts'
import type { Route } from './config.ts'
import type { AiRequest } from './requests.ts'
import type { Meter, MeterEnd } from './routing/attempt.ts'

/** What OpenTelemetry's conventions call the providers that they know; others speak OpenAI's protocol. */
const wellKnown: readonly (readonly [RegExp, string])[] = [
  [/(^|\.)azure\.com$/, 'azure.ai.openai'],
  [/(^|\.)anthropic\.com$/, 'anthropic'],
  [/(^|\.)googleapis\.com$/, 'gcp.gemini'],
  [/(^|\.)mistral\.ai$/, 'mistral_ai'],
  [/(^|\.)groq\.com$/, 'groq'],
]

/** Each try of a provider as a span, by OpenTelemetry's semantic conventions for generative AI clients. Never what was said. */
export class CallSpans {
  constructor(private readonly tracer: Pick<Tracer, 'active' | 'deliver'> | undefined) {}

  /** The meter of a try, whose end is its span's. Costs nothing where nothing is recorded. */
  watch(opened: Meter | Promise<Meter>, route: Route, request: AiRequest): Meter | Promise<Meter> {
    const parent = this.tracer?.active?.context
    if (parent === undefined) return opened
    return opened instanceof Promise
      ? opened.then((meter) => this.#watched(meter, route, request, parent))
      : this.#watched(opened, route, request, parent)
  }

  #watched(meter: Meter, route: Route, request: AiRequest, parent: Parameters<Tracer['deliver']>[0]): Meter {
    const startedMs = performance.now()
    const operation = request.endpoint === 'embeddings' ? 'embeddings' : 'chat'
    return {
      outputTokensMax: meter.outputTokensMax,
      close: (end) => {
        meter.close(end)
        const error = errorOf(end)
        this.tracer?.deliver(parent, {
          name: `${operation} ${route.model}`,
          kind: 'client',
          // It may end after its request: a stream goes on when the answer has begun.
          startedMs: performance.timeOrigin + startedMs,
          tookMs: performance.now() - startedMs,
          attributes: { 'gen_ai.operation.name': operation, ...attributesOf(route, request), ...resultOf(end) },
          ...(error !== undefined && { error }),
        })
      },
    }
  }
}

function attributesOf({ provider, model }: Route, { body, streaming, outputTokensMost }: AiRequest) {
  const { hostname, port, protocol } = provider.url
  return {
    'gen_ai.provider.name': wellKnown.find(([pattern]) => pattern.test(hostname))?.[1] ?? provider.kind,
    'gen_ai.request.model': model,
    'gen_ai.request.stream': streaming,
    ...(outputTokensMost !== undefined && { 'gen_ai.request.max_tokens': outputTokensMost }),
    ...(typeof body.temperature === 'number' && { 'gen_ai.request.temperature': body.temperature }),
    ...(typeof body.top_p === 'number' && { 'gen_ai.request.top_p': body.top_p }),
    'server.address': hostname,
    'server.port': Number(port) || (protocol === 'http:' ? 80 : 443),
  }
}

function resultOf(end: MeterEnd) {
  if (end.outcome === 'failed') return { 'error.type': 'failed' }
  const { usage, outcome } = end
  return {
    ...(usage !== undefined && {
      'gen_ai.usage.input_tokens': usage.input,
      'gen_ai.usage.output_tokens': usage.output,
    }),
    ...(outcome === 'cut' && { 'error.type': 'cut' }),
  }
}

/** A client that left, or a try that another one overtook, is no error of the provider. */
function errorOf({ outcome }: MeterEnd): string | undefined {
  if (outcome === 'failed') return 'The provider did not answer.'
  return outcome === 'cut' ? 'The answer broke off.' : undefined
}

/** Samples of the last calls, for percentiles. */
const samplesMax = 2_048

/** What the AI does, counted: asked for when metrics are read. */
export class AiFigures {
  requests = 0
  refusals = 0
  fallbacks = 0
  attemptsFailed = 0
  cuts = 0
  cacheHits = 0
  inputTokens = 0
  outputTokens = 0
  costNano = 0
  chatAnswers = 0
  chatExtracts = 0
  underWay = 0
  /** Hears each first word's milliseconds too: for a histogram. */
  onFirstToken: ((ms: number) => void) | undefined
  readonly #firstMs = new Samples()
  readonly #rates = new Samples()

  firstToken(ms: number): void {
    this.#firstMs.add(ms)
    this.onFirstToken?.(ms)
  }

  /** Milliseconds from the request to the first word, over the last calls. */
  firstTokenMs(share: number): number {
    return this.#firstMs.at(share)
  }

  /** A stream that came to its end: its tokens, and how long they took from the first one on. */
  streamed(tokens: number, tookMs: number): void {
    if (tokens > 1 && tookMs > 0) this.#rates.add((tokens * 1_000) / tookMs)
  }

  /** Tokens a second of the last streams. */
  tokensPerSecond(share: number): number {
    return this.#rates.at(share)
  }
}

/** The last values of something, for percentiles. */
class Samples {
  readonly #values = new Float64Array(samplesMax)
  #count = 0

  add(value: number): void {
    this.#values[this.#count++ % samplesMax] = value
  }

  at(share: number): number {
    const values = this.#values.slice(0, Math.min(this.#count, samplesMax)).sort()
    return values[Math.min(values.length - 1, Math.floor(values.length * share))] ?? 0
  }
}

export interface FigureSink {
  gauge(name: string, help: string, read: () => number): void
  counter(name: string, help: string, read: () => number): void
}

export function registerAiFigures(metrics: FigureSink, figures: AiFigures): void {
  metrics.counter('encapsify_ai_requests_total', 'Calls of the AI proxy and of chats.', () => figures.requests)
  metrics.counter('encapsify_ai_refusals_total', 'Calls that ended in an error.', () => figures.refusals)
  metrics.counter(
    'encapsify_ai_fallbacks_total',
    'Calls answered by another than the first try.',
    () => figures.fallbacks,
  )
  metrics.counter('encapsify_ai_attempts_failed_total', 'Tries that failed.', () => figures.attemptsFailed)
  metrics.counter('encapsify_ai_cuts_total', 'Streams that a provider broke off.', () => figures.cuts)
  metrics.counter('encapsify_ai_cache_hits_total', 'Calls answered from memory.', () => figures.cacheHits)
  metrics.counter('encapsify_ai_input_tokens_total', 'Tokens sent to providers.', () => figures.inputTokens)
  metrics.counter('encapsify_ai_output_tokens_total', 'Tokens that they sent.', () => figures.outputTokens)
  metrics.counter('encapsify_ai_cost_usd_total', 'What it cost by the price table.', () => figures.costNano / 1e9)
  metrics.counter('encapsify_ai_chat_answers_total', 'Questions that chats answered.', () => figures.chatAnswers)
  metrics.counter('encapsify_ai_chat_extracts_total', 'Of these, by quoting.', () => figures.chatExtracts)
  metrics.gauge('encapsify_ai_calls_under_way', 'Calls under way.', () => figures.underWay)
  metrics.gauge(
    'encapsify_ai_first_token_p50_seconds',
    'Median time to the first word.',
    () => figures.firstTokenMs(0.5) / 1_000,
  )
  metrics.gauge('encapsify_ai_first_token_p99_seconds', 'p99 of it.', () => figures.firstTokenMs(0.99) / 1_000)
  metrics.gauge('encapsify_ai_tokens_per_second_p50', 'Median speed of whole streams.', () =>
    figures.tokensPerSecond(0.5),
  )
  metrics.gauge('encapsify_ai_tokens_per_second_p10', 'Nine in ten were quicker.', () => figures.tokensPerSecond(0.1))
}

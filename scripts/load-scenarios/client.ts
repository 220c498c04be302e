/** k6's summary, as far as it is looked at. */
export interface Summary {
  readonly metrics: Readonly<Record<string, Readonly<Record<string, unknown>>>>
}

/** What the client saw: on shared cores its latencies hold its own waiting too. */
export interface ClientFigures {
  readonly requests: number
  readonly wrong: number
  readonly shed: number
  readonly shedP99Ms: number
  readonly shedMute: number
  /** Phase → p99 of its pages. */
  readonly pageP99Ms: Readonly<Record<string, number | undefined>>
}

export function clientFigures({ metrics }: Summary, phases: readonly string[]): ClientFigures {
  const read = (metric: string, stat: string) => {
    const value = metrics[metric]?.[stat]
    return typeof value === 'number' ? value : undefined
  }
  return {
    requests: read('http_reqs', 'count') ?? 0,
    wrong: read('answers_wrong', 'count') ?? 0,
    shed: read('shed_ms', 'count') ?? 0,
    shedP99Ms: read('shed_ms', 'p(99)') ?? 0,
    shedMute: read('shed_without_retry_after', 'count') ?? 0,
    pageP99Ms: Object.fromEntries(phases.map((phase) => [phase, read(`page_ms{phase:${phase}}`, 'p(99)')])),
  }
}

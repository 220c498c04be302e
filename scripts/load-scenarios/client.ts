/** k6's summary, as far as it is looked at. */
export interface Summary {
  readonly metrics: Readonly<Record<string, Readonly<Record<string, unknown>>>>
}

/** What the crowd got. Its latencies hold the client's own waiting, and prove nothing. */
export interface ClientFigures {
  readonly requests: number
  readonly wrong: number
  readonly shedMute: number
  /** Messages with new totals that visitors who watch were told. */
  readonly totals: number
}

export function clientFigures({ metrics }: Summary): ClientFigures {
  const count = (metric: string) => {
    const value = metrics[metric]?.count
    return typeof value === 'number' ? value : 0
  }
  return {
    requests: count('http_reqs'),
    wrong: count('answers_wrong'),
    shedMute: count('shed_without_retry_after'),
    totals: count('live_totals'),
  }
}

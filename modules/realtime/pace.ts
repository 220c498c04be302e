/**
 * How often something may happen: a burst, then evenly (the generic cell rate algorithm, ITU-T I.371, as in
 * src/http/rate-limit.ts; here the one number stands in what is limited, because there are ten thousand of those).
 * @param paidMs the number; returns the next one, or undefined when it is too often.
 */
export function pace(paidMs: number, nowMs: number, perSecond: number, burst: number): number | undefined {
  const stepMs = 1_000 / perSecond
  const nextMs = Math.max(paidMs, nowMs) + stepMs
  return nextMs - nowMs > stepMs * burst ? undefined : nextMs
}

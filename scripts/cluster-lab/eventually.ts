const patienceMs = 30_000
const lookMs = 50

/** Looks until it holds. @throws Error with the reason when it does not come to be in time. */
export async function eventually(
  holds: () => Promise<boolean>,
  why = () => 'It did not come to be in time.',
): Promise<void> {
  const untilMs = performance.now() + patienceMs
  while (!(await holds().catch(() => false))) {
    if (performance.now() > untilMs) throw new Error(why())
    await Bun.sleep(lookMs)
  }
}

/**
 * How long one of several addresses is tried before the next one is tried too. Node's default of 250 ms is all the time
 * that a mark has.
 */
export function connectionPatienceMs(timeoutMs: number): number {
  return Math.round(Math.min(250, Math.max(10, timeoutMs / 4)));
}

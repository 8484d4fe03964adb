/**
 * How long one of several addresses is tried before the next one is tried too. Node's own 250 ms are all that a mark has.
 */
export function connectionPatienceMs(timeoutMs: number): number {
  return Math.round(Math.min(250, Math.max(10, timeoutMs / 4)));
}

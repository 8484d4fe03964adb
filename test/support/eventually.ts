/**
 * Polls until `attempt` returns something other than undefined or false; an error counts as "not yet". Throws the last
 * error, or that the deadline passed.
 */
export async function eventually<Result>(
  attempt: () => Promise<Result | undefined> | Result | undefined,
  { what = 'the expected state', deadlineMs = 20_000, everyMs = 25 }: EventuallyOptions = {},
): Promise<Result> {
  const until = performance.now() + deadlineMs;
  let lastError: unknown;
  do {
    try {
      const result = await attempt();
      if (result !== undefined && result !== false) return result;
      lastError = undefined;
    } catch (error) {
      lastError = error;
    }
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  } while (performance.now() < until);
  throw new Error(`no ${what} within ${deadlineMs} ms`, { cause: lastError });
}

export interface EventuallyOptions {
  /** For the message. */
  readonly what?: string;
  readonly deadlineMs?: number;
  readonly everyMs?: number;
}

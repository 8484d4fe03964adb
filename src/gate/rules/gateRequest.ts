/** The limits of one request: queries over 30 days of a whole fleet take their time. */
export const gateRequest = { timeoutMs: 10_000, mostBytes: 4 * 1024 * 1024 };

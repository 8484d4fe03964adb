/**
 * Bounds of all stored and counted values: one table for the command line and for marks that arrive as text. Chosen so
 * that a million marks of the largest values leave every total finite, and no total ever falls.
 */
export interface Bounds {
  readonly min: number;
  readonly max: number;
  readonly whole: boolean;
}

const day = 86_400_000;

export const amountLimits = {
  /** Ten years. */
  seconds: { min: 0, max: 315_360_000, whole: false },
  /** For one attempt: the longest that a timer waits. */
  latencySeconds: { min: 0, max: 2_147_483, whole: false },
  /** Ten years of 32 cores. */
  cpuSeconds: { min: 0, max: 10_091_520_000, whole: false },
  bytes: { min: 0, max: Number.MAX_SAFE_INTEGER, whole: true },
  migrations: { min: 0, max: 1_000_000_000, whole: true },
  usd: { min: 0, max: 1_000_000_000, whole: false },
  share: { min: 0, max: 1, whole: false },
  /** Including the exit codes of Windows, signed or not. */
  exitCode: { min: -2_147_483_648, max: 4_294_967_295, whole: true },
  statusCode: { min: 0, max: 999, whole: true },
  pid: { min: 0, max: 4_294_967_295, whole: true },
  /** Seconds on a boot's own clock: as long as all stored times. */
  monotonicSeconds: { min: 0, max: 7_258_118_400, whole: false },
  /** A timer of Node supports at most 24.8 days. */
  waitMs: { min: 0, max: 24 * day, whole: false },
  /** How long ago, or how old: ten years. */
  ageMs: { min: 0, max: 3650 * day, whole: false },
  /** Unix milliseconds, from 1970 to the end of 2199. */
  wallMs: { min: 0, max: 7_258_118_399_999, whole: false },
} as const satisfies Readonly<Record<string, Bounds>>;

export type AmountName = keyof typeof amountLimits;

export function isWithin(amount: number, { min, max, whole }: Bounds): boolean {
  // Also false for NaN.
  return amount >= min && amount <= max && (!whole || Number.isInteger(amount));
}

/** Bytes of UTF-8. */
export const textLimits = {
  /** Versions, commits, URLs, paths. */
  text: 32_768,
  /** Notes, errors and output of a command: the end of a longer one is stored. */
  long: 65_536,
  /** The text given for an ID, in characters. */
  givenId: 1000,
} as const;

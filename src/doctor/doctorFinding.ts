/** One result of a check. */
export interface Finding {
  readonly good: boolean;
  readonly message: string;
  /** How to fix it. */
  readonly mend?: string;
}

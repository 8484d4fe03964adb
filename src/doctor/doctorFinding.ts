/** One thing that was looked at. */
export interface Finding {
  readonly good: boolean;
  readonly message: string;
  /** The command that mends it. */
  readonly mend?: string;
}

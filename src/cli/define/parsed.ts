/** A command line taken apart, as text: options by name, arguments, and the wrapped command. */
export interface Parsed {
  /** `phase run`, `migrate`, `stats`, … */
  readonly name: string;
  /** Without the leading `--`; true for a flag and for an option whose value may be missing. */
  readonly options: Readonly<Record<string, string | true | readonly string[]>>;
  readonly operands: readonly string[];
  /** The wrapped command and its arguments; empty if there is none. */
  readonly wrapped: readonly string[];
}

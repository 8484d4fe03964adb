/** A parsed command line, as text: options by name, arguments, and the wrapped command. */
export interface Parsed {
  /** `phase run`, `migrate`, `stats`, … */
  readonly name: string;
  /** Without the leading `--`; true for a flag and for an option without its optional value. */
  readonly options: Readonly<Record<string, string | true | readonly string[]>>;
  readonly operands: readonly string[];
  /** The wrapped command and its arguments; empty if there is none. */
  readonly wrapped: readonly string[];
}

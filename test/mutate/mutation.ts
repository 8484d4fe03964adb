/** One change of the sources that a test must notice. */
export interface Mutation {
  /** Below the root of the repository. */
  readonly file: string;
  /** Occurs exactly once in the file. */
  readonly find: string;
  readonly replace: string;
  /** Test files, one of which must fail. */
  readonly tests: readonly string[];
  /** A part of the titles of the tests that are run: for files whose other tests take long. */
  readonly only?: string;
  /** What goes wrong for a user with this change. */
  readonly why: string;
}

/** Mutations of one file. */
export function of(file: string, changes: readonly Omit<Mutation, 'file'>[]): Mutation[] {
  return changes.map((change) => ({ file, ...change }));
}

/** `past`: it happened, and needs nothing now. */
export type FindingState = 'wrong' | 'ok' | 'past';

/** One result of a check. */
export interface Finding {
  readonly state: FindingState;
  /** What was found, in one line. */
  readonly message: string;
  /** The consequence for the user. */
  readonly meaning?: string;
  /** How to fix it; the command to type is in backticks. */
  readonly fix?: string;
}

/** A finding, and the check that made it. */
export interface CheckedFinding extends Finding {
  readonly check: string;
}

export function ok(message: string, fix?: string): Finding {
  return { state: 'ok', message, ...(fix === undefined ? {} : { fix }) };
}

export function wrong({ message, meaning, fix }: Required<Omit<Finding, 'state'>>): Finding {
  return { state: 'wrong', message, meaning, fix };
}

export function isWrong({ state }: Finding): boolean {
  return state === 'wrong';
}

/** The first command in backticks that can be run as it is; null if a part of it is for the user to fill in. */
export function commandOf({ fix = '' }: Pick<Finding, 'fix'>): string | null {
  const command = /`([^`]+)`/.exec(fix)?.[1];
  return command === undefined || /<[^>]+>/.test(command) ? null : command;
}

import type { ValueData } from '../cli/define/option.ts';
import { readValue } from '../cli/define/readInput.ts';
import type { DeploytrackError, Warning } from '../errors.ts';
import type { Setting } from './settings.ts';

/** The end of a warning about an invalid value; a usage error has the same text without it. */
export const valueIgnored = '; the value was ignored';

/** Reads the variable or key of an option that only one command has. An invalid value becomes a problem, and false. */
export function readOwn(
  { name, data, said }: { name: string; data: ValueData; said: Setting },
  { set, problems }: { set: Map<string, Setting>; problems: Warning[] },
): boolean {
  try {
    readValue(said.text, data, { what: said.source });
    set.set(name, said);
    return true;
  } catch (error) {
    const { message, hint } = error as DeploytrackError;
    const tail = {
      ...(hint === undefined ? {} : { hint }),
      ...(said.from === 'environment' ? { variable: said.source } : {}),
    };
    problems.push({ code: 'SETTING', message: `${message}${valueIgnored}`, ...tail, failed: 'recording' });
    return false;
  }
}

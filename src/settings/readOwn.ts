import type { ValueData } from '../cli/define/option.ts';
import { readValue } from '../cli/define/readInput.ts';
import type { DeploytrackError, Warning } from '../errors.ts';
import type { Setting } from './settings.ts';

/** Takes what stands for an option of one command, or notes what is wrong with it. */
export function readOwn(
  { name, data, said }: { name: string; data: ValueData; said: Setting },
  { set, problems }: { set: Map<string, Setting>; problems: Warning[] },
): void {
  try {
    readValue(said.text, data, { what: said.source });
    set.set(name, said);
  } catch (error) {
    const { message, hint } = error as DeploytrackError;
    const expected = hint === undefined ? '' : `; ${hint}`;
    problems.push({ code: 'SETTING', message, hint: `it was ignored${expected}`, failed: 'recording' });
  }
}

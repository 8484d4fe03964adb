import type { Mark } from '../../marks.ts';
import { markFields } from './markFields.ts';
import { Unfit, visibleText } from './reading.ts';

/**
 * Who may have written a mark that arrives as text. `ours`: only this account. `anybody`: then it may name no program,
 * file or process of this machine.
 */
export type Author = 'ours' | 'anybody';

/** A mark with only values that the command line would accept, and what was left out of it; or why it was rejected. */
export type CheckedMark =
  | { readonly mark: Mark; readonly leftOut: readonly string[] }
  | { readonly wrong: string };

/** Reads a mark from text. Never throws. */
export function checkMark(value: unknown, author: Author): CheckedMark {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return { wrong: 'it is not a mark' };
  const { kind } = value as { kind?: unknown };
  if (typeof kind !== 'string') return { wrong: 'it is not a mark' };
  if (!Object.hasOwn(markFields, kind))
    return { wrong: `unknown kind of mark ${visibleText(kind)} in this version` };
  const leftOut: string[] = [];
  try {
    const mark: Mark = markFields[kind as Mark['kind']](value, {
      path: '',
      leftOut,
      isOurs: author === 'ours',
    });
    return { mark: author === 'ours' ? mark : placeless(mark), leftOut };
  } catch (error) {
    if (error instanceof Unfit) return { wrong: error.message };
    throw error;
  }
}

/** Removes what belongs to one machine: its processes and files, and the programs that it would run. */
export function placeless(mark: Mark): Mark {
  if (mark.kind === 'start') {
    const { track: _, ...rest } = mark;
    return { ...rest, pythonCommand: null, caller: null };
  }
  if (mark.kind === 'rollback' && mark.automatic !== undefined)
    return { ...mark, automatic: { ...mark.automatic, process: null } };
  return mark.kind === 'phase-start' ? { ...mark, process: null, prober: null } : mark;
}

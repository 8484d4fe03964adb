import type { Context } from '../../context.ts';
import type { Warning } from '../../errors.ts';
import type { Mark } from '../../marks.ts';
import { redactMark } from '../../redactMark.ts';
import { keepMark } from '../carry/keptMarks.ts';
import type { Database } from '../file/addon.ts';
import { applyMark } from '../marks/apply.ts';

/** Applies the marks that a collector made of something outside, inside the transaction that notes what it has seen. */
export function applyCollected(
  context: Context,
  { database, marks }: { database: Database; marks: readonly Mark[] },
): Warning[] {
  return marks.map(redactMark).flatMap((mark) => {
    const warnings = applyMark(context, { database, mark });
    keepMark(database, mark);
    return warnings;
  });
}

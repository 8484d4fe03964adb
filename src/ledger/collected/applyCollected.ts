import type { Context } from '../../context.ts';
import type { Warning } from '../../errors.ts';
import type { Mark } from '../../marks.ts';
import { redactMark } from '../../redactMark.ts';
import { checkMark } from '../checks/checkMark.ts';
import { saveOpenMark } from '../exchange/openMarks.ts';
import type { Database } from '../file/addon.ts';
import { applyMark } from '../marks/apply.ts';

/**
 * Applies the marks that a collector made of an external event, within the limits of the command line, inside the
 * transaction that notes the event.
 */
export function applyCollected(
  context: Context,
  { database, marks }: { database: Database; marks: readonly Mark[] },
): Warning[] {
  return marks.flatMap((made) => {
    const checked = checkMark(made, 'anybody');
    if ('wrong' in checked) return [leftOut(made, checked.wrong)];
    const mark = redactMark(checked.mark);
    const warnings = applyMark(context, { database, mark });
    saveOpenMark(database, mark);
    return [...checked.leftOut.map((what) => leftOut(made, what)), ...warnings];
  });
}

function leftOut({ deploymentId }: Mark, why: string): Warning {
  return { code: 'COLLECTED', message: `deployment ${deploymentId}: a value was ignored: ${why}` };
}

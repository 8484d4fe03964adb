import type { Warning } from '../errors.ts';
import { saveWarnings } from '../ledger/saveWarnings.ts';
import { lostOutput, reportWarnings } from '../report/messages/warnings.ts';
import type { Session } from '../session.ts';

/**
 * The last step of every command: words the warnings and keeps them for `doctor`. The ledger is not closed: the last
 * connection would write the log back into the file, which is `finish`'s work and not a mark's.
 * The exit code is the given one, or 1 where `--strict` does not accept that recording or delivery failed.
 */
export async function endCommand(
  session: Session,
  { code, kept = 0 }: { code: number; kept?: number },
): Promise<number> {
  const { context, settings, store, warnings } = session;
  const target = settings.value('warnings');
  reportWarnings(context, { warnings, target });
  const lost = session.command.policy.onLostOutput === 'fail' ? null : lostOutput(context);
  if (lost !== null) {
    const warning: Warning = { code: 'OUTPUT', message: lost, failed: 'recording' };
    warnings.push(warning);
    reportWarnings(context, { warnings: [warning], target });
  }
  const unkept = warnings.slice(kept);
  if (store.isOpen && unkept.length > 0) {
    const mark = { deploymentId: null, at: context.instant() };
    await store.write((database) => saveWarnings(database, { warnings: unkept, mark })).catch(() => {});
  }
  const failed = warnings.some((warning) => warning.failed !== undefined);
  return code === 0 && failed && settings.strict ? 1 : code;
}

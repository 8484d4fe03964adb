import type { Warning } from '../errors.ts';
import { saveWarnings } from '../ledger/saveWarnings.ts';
import { lostOutput, reportWarnings } from '../report/messages/warnings.ts';
import type { Session } from '../session.ts';

/**
 * The last step of every command: reports the warnings and stores them for `doctor`. The ledger stays open: closing the
 * last connection would checkpoint its log, which is `finish`'s work and not a mark's. Returns the given exit code, or
 * 1 if `--strict` does not accept that recording or pushing failed.
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

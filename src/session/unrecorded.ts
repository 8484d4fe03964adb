import { asWarning } from '../errors.ts';
import { reportWarnings } from '../report/messages/warnings.ts';
import type { Session } from '../session.ts';

/**
 * Reports as a warning why a running command was not recorded. Returns the exit code to use if the command's own is 0.
 */
export function unrecorded({ context, settings, warnings }: Session, error: unknown): number {
  const all = [...warnings, asWarning(error, 'recording')];
  reportWarnings(context, { warnings: all, target: settings.value('warnings') });
  return settings.strict ? 1 : 0;
}

/** A part of deploytrack that a mark can do without: null and a warning if it cannot be loaded. */
export async function partAtHand<Part>(
  { warnings }: Session,
  load: () => Promise<Part>,
): Promise<Part | null> {
  try {
    return await load();
  } catch (error) {
    warnings.push(asWarning(error, 'recording'));
    return null;
  }
}

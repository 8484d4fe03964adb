import type { FailurePolicy } from '../marks.ts';
import { partAtHand } from '../session/unrecorded.ts';
import type { Session } from '../session.ts';
import type { OutputMarks } from './outputMarks/outputMarks.ts';

/** For the environment of the command: an outer `--marks` must not read again what an inner one has read. */
export const readAlready = { DEPLOYTRACK_MARKS: '1' };

/** The reader of the marks in the output of a command, for `--marks`; null without it. */
export async function readMarks(
  session: Session,
  { marks, judged }: { marks: 'hide' | true | null; judged: FailurePolicy },
): Promise<OutputMarks | null> {
  if (marks === null) return null;
  const part = await partAtHand(session, () => import('./outputMarks/outputMarks.ts'));
  const hides = marks === 'hide' || session.context.env.DEPLOYTRACK_MARKS === '1';
  return part?.outputMarks(session, { hides, judged }) ?? null;
}

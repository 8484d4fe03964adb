import type { Context } from '../../context.ts';
import { ciFacts } from '../../host/ci.ts';
import { liveLine } from '../../report/terminal/liveLine.ts';
import { visible } from '../../text/visible.ts';
import type { Attempt } from '../attempt.ts';

/** The visible part of a verdict on the widest terminal. */
const mostOfVerdict = 200;

/** The progress of a verification on a terminal: not in a CI, nor while a command of the user has the terminal. */
export function liveVerification(
  context: Context,
  { isShown }: { isShown: boolean },
): { onAttempt: (attempt: Attempt) => void; end: () => void } {
  if (!isShown || ciFacts(context) !== null) return { onAttempt: () => {}, end: () => {} };
  const beganSeconds = context.instant().monotonicSeconds ?? 0;
  let made = 0;
  let verdict = '';
  const line = liveLine(context, () => {
    const seconds = Math.floor((context.instant().monotonicSeconds ?? 0) - beganSeconds);
    return [`health  ${seconds} s`, `attempt ${made + 1}`, ...(verdict === '' ? [] : [verdict])].join(', ');
  });
  return {
    onAttempt({ words }) {
      made += 1;
      verdict = visible(words.slice(0, mostOfVerdict));
    },
    end: line.end,
  };
}

import { asciiJson } from '../report/json.ts';
import { formatMessage } from '../report/messages/warnings.ts';
import type { Paint, Style } from '../report/terminal/view.ts';
import type { Session } from '../session.ts';
import { counted } from '../text/counted.ts';
import { visible } from '../text/visible.ts';
import { type CheckedFinding, commandOf, type Finding, type FindingState, isWrong } from './finding.ts';
import { settingLines, settingsInUse } from './settingLines.ts';

const labels: Readonly<Record<FindingState, string>> = { wrong: 'WRONG', ok: 'ok   ', past: 'past ' };

const styles: Readonly<Record<FindingState, Style>> = { wrong: 'bad', ok: 'good', past: 'dim' };

/** The findings, the settings (if `isShort`, only those that are not the default), and the number of problems. */
export function reportText(
  session: Session,
  found: readonly CheckedFinding[],
  { isShort, paint }: { isShort: boolean; paint: Paint },
): string {
  const problems = found.filter(isWrong).length;
  const summary = problems === 0 ? 'no problems found' : `${counted(problems, 'problem')} found`;
  return [
    ...found.map((one) => lines(one, paint)),
    '',
    ...settingLines(session, { isShort }),
    '',
    paint(problems === 0 ? 'good' : 'bad', summary),
    '',
  ].join('\n');
}

/** The meaning of a problem is in a line of its own: the first one is complete without it. */
function lines({ state, message, meaning, fix }: Finding, paint: Paint): string {
  const first = `${paint(styles[state], labels[state])}  ${formatMessage({ message, hint: fix })}`;
  return meaning === undefined ? first : `${first}\n       ${visible(meaning)}`;
}

/** The same as one line of JSON. */
export function reportJson(session: Session, found: readonly CheckedFinding[]): string {
  return asciiJson({
    problems: found.filter(isWrong).length,
    findings: found.map(({ check, state, message, meaning = null, fix = null }) => ({
      ...{ check, state, message, meaning, fix },
      command: fix === null ? null : commandOf({ fix }),
    })),
    settings: settingsInUse(session).map(({ name, value, source }) => ({ name, value, source })),
  });
}

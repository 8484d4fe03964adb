import { floors, lastThree, type PhaseComparison } from '../ledger/read/phaseComparison.ts';
import type { Session } from '../session.ts';
import { formatSeconds } from '../text/figures.ts';
import { problemLines } from './messages/warnings.ts';
import { usualCell, verdictText } from './stats/phaseComparison.ts';

/**
 * The end of a wrapped phase that succeeded, after it was recorded: in a terminal its verdict, and with `--max-slowdown` its
 * decision, both on stderr. Returns 1 if it is too slow, otherwise 0; never throws, since the command has its result.
 */
export async function phaseReport(
  { context, store }: Session,
  { maxSlowdown, ...run }: { deploymentId: string; runId: string; maxSlowdown: number | null },
): Promise<number> {
  const reading = async () => lastThree(await store.database(), run);
  const three = store.isOpen ? await reading().catch(none) : [];
  const [latest] = three;
  const usual = latest === undefined ? '' : verdictText(latest);
  if (latest !== undefined && usual !== '' && context.stderr.isTerminal)
    context.stderr.write(problemLines({ message: `${timesOf(latest)}: ${usual}` }));
  if (maxSlowdown === null) return 0;
  const { isTooSlow, message } = decide(three, maxSlowdown);
  if (message !== null) context.stderr.write(problemLines({ message }, isTooSlow ? 'error' : undefined));
  return isTooSlow ? 1 : 0;
}

function none(): readonly PhaseComparison[] {
  return [];
}

/** Two of the last three runs: one slow run is not yet a slower phase. The message is null for a run that is not too slow. */
function decide(
  three: readonly PhaseComparison[],
  most: number,
): { isTooSlow: boolean; message: string | null } {
  const option = `--max-slowdown ${most}x`;
  const [latest] = three;
  const no = (why: string) => ({ isTooSlow: false, message: `${option} was not applied: ${why}` });
  if (latest === undefined) return no('the earlier runs cannot be read');
  if (latest.medianSeconds === null)
    return no(`${latest.stage} has ${latest.runs} successful runs to compare with, expected 5 or more`);
  const slow = three.filter((one) => isSlowerThan(one, most));
  if (!slow.includes(latest)) return { isTooSlow: false, message: null };
  return slow.length < 2
    ? no(`${timesOf(latest)}, but only this one of its last three runs is that slow`)
    : { isTooSlow: true, message: `${timesOf(latest)}: above ${option} in two of its last three runs` };
}

function isSlowerThan({ durationSeconds, medianSeconds }: PhaseComparison, times: number): boolean {
  return (
    medianSeconds !== null &&
    durationSeconds > times * medianSeconds &&
    durationSeconds - medianSeconds > floors.seconds
  );
}

/** `migration took 31.0s, usually 12.0s ±8%` */
function timesOf(one: PhaseComparison): string {
  return `${one.stage} took ${formatSeconds(one.durationSeconds)}, usually ${usualCell(one).text}`;
}

import type { ChildEnd } from '../../child/end.ts';
import { markLines, type OutputFilter } from '../../child/markLines.ts';
import type { Warning } from '../../errors.ts';
import type { FailurePolicy } from '../../marks.ts';
import type { Session } from '../../session.ts';
import { countedNames } from '../../text/countedNames.ts';
import { asMark, endOfOpen, type Owner, type Unowned } from './asMark.ts';
import { openPhases, timesOf } from './openPhases.ts';
import { readMark } from './readMark.ts';

/** The marks of one wrapped command; lines after them are ordinary output. */
const mostMarks = 1000;
/** Warnings reported one by one. */
const mostWarnings = 10;

/** Reads the marks that a command prints, and records them while it runs. */
export interface OutputMarks {
  filter(): OutputFilter;
  /** For the command: an outer `--marks` must not read again what an inner one has read. */
  readonly environment: Readonly<Record<string, string>>;
  /** Begins to record: to which deployment the marks belong, null for none. */
  begin(owner: Owner | null): void;
  /** Records what is left, and the end of the phases that are still open. `begin` must have been called. */
  finish(end: ChildEnd): Promise<void>;
}

export function outputMarks(
  session: Session,
  { hides, judged }: { hides: boolean; judged: FailurePolicy },
): OutputMarks {
  const { context } = session;
  const since = context.instant();
  const open = openPhases();
  const unread = { count: 0 };
  const queue = recordingQueue(session);
  const tooLong = () => {
    unread.count += 1;
  };
  let count = 0;
  const read = (text: string): boolean => {
    const said = count < mostMarks ? readMark(text) : null;
    if (said === null) tooLong();
    if (said === null) return false;
    count += 1;
    const times = timesOf(said.atMs, { since, arrived: context.instant() });
    queue.add(asMark(context, { said, times, open, judged }));
    return true;
  };
  return {
    filter: () => markLines({ read, tooLong, hides: hides || context.env.DEPLOYTRACK_MARKS === '1' }),
    environment: { DEPLOYTRACK_MARKS: '1' },
    begin: queue.begin,
    async finish(end) {
      const left = open.rest();
      for (const phase of left) queue.add(endOfOpen(context, { phase, end, judged }));
      await queue.empty();
      if (left.length > 0 && end.shellCode === 0)
        session.warnings.push(stillOpen(left.map(({ stage }) => stage)));
      if (unread.count > 0) session.warnings.push(notUnderstood(unread.count));
    },
  };
}

/** Records one mark after the other, without keeping the output waiting. */
function recordingQueue({ store, warnings }: Session) {
  let begun: (owner: Owner | null) => void = () => {};
  const owned = new Promise<Owner | null>((resolve) => {
    begun = resolve;
  });
  let last: Promise<unknown> = owned;
  let told = 0;
  return {
    begin: (owner: Owner | null) => begun(owner),
    add(mark: Unowned) {
      last = last.then(async () => {
        const owner = await owned;
        if (owner === null) return;
        const found = await store.record(mark(owner));
        warnings.push(...found.slice(0, Math.max(0, mostWarnings - told)));
        told += found.length;
      });
    },
    empty: () => last,
  };
}

function stillOpen(stages: readonly string[]): Warning {
  const { text, isOne } = countedNames(stages);
  return {
    code: 'PHASE_OPEN',
    message: `${isOne ? 'phase' : 'phases'} ${text} still open when the command ended; recorded as ended then`,
    hint: 'print `::deploytrack phase end <phase>` after each phase',
  };
}

function notUnderstood(count: number): Warning {
  const [lines, were] = count === 1 ? ['line', 'was'] : ['lines', 'were'];
  return {
    code: 'OUTPUT_MARKS',
    message: `${count} ${lines} of output that began with "::deploytrack " ${were} not recorded; expected a known mark of at most 1 kB, at most ${mostMarks} for a command`,
    hint: 'compare them with the list in docs/ssh.md',
  };
}

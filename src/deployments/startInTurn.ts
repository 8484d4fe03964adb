import { DeploytrackError, type Warning } from '../errors.ts';
import { prepareMark } from '../ledger/marks/apply.ts';
import { type Blocker, blockerOf } from '../ledger/marks/blocker.ts';
import { withKnownLives } from '../ledger/marks/deploymentProcesses.ts';
import { saveWarnings } from '../ledger/saveWarnings.ts';
import type { StartMark } from '../marks.ts';
import { liveness } from '../processes.ts';
import { redactMark } from '../redactMark.ts';
import type { Session } from '../session.ts';

const askAgainMs = 200;

interface Turn {
  readonly mark: StartMark;
  /** How long it waits for the one that runs, and for the ledger, from `waitedMs` on. */
  readonly waitMs: number;
  readonly waitedMs: () => number;
  /** `--exclusive`, `--wait`: beside nobody. Else (`--take-over`) only beside none that lives. */
  readonly insists: boolean;
}

/**
 * Records a start beside no other: looks and begins in one transaction, so that of two starts at once one is refused.
 * Throws REFUSED, with nothing touched, where another runs, or where the ledger cannot tell.
 */
export async function startInTurn(session: Session, turn: Turn): Promise<Warning[]> {
  const { mark, insists } = turn;
  const { context } = session;
  for (;;) {
    const now = { ...mark, at: context.instant() };
    const isOver = () => turn.waitedMs() >= turn.waitMs;
    const taken = await takeTurn(session, { mark: now, insists, isOver });
    if (taken !== null && taken.blocker === null) return taken.warnings;
    if (taken !== null && isOver()) throw refusal(now, taken.blocker);
    await context.sleep(askAgainMs);
  }
}

type Taken = { blocker: null; warnings: Warning[] } | { blocker: Blocker };

/** Null where the ledger is locked and the time is not over. */
async function takeTurn(
  session: Session,
  { mark, insists, isOver }: { mark: StartMark; insists: boolean; isOver: () => boolean },
): Promise<Taken | null> {
  const { context, store } = session;
  try {
    await store.takeIn(session.warnings);
    const before = await store.database();
    const life = withKnownLives(before, (process) => liveness(context, process));
    const apply = prepareMark(context, { database: before, mark: redactMark(mark) });
    return await store.write((database): Taken => {
      const blocker = blockerOf(database, { mark, life });
      if (blocker !== null && (insists || blocker.life !== 'dead')) return { blocker };
      const warnings = apply();
      saveWarnings(database, { warnings, mark });
      return { blocker: null, warnings };
    });
  } catch (cause) {
    if ((cause as { code?: string }).code === 'LEDGER_BUSY' && !isOver()) return null;
    if (!insists) return { blocker: null, warnings: await store.record(mark) };
    throw new DeploytrackError({
      code: 'REFUSED',
      message: `start cannot tell whether another deployment runs: ${cause instanceof Error ? cause.message : cause}`,
      hint: 'nothing was touched; deploytrack doctor says what is wrong with the ledger',
      cause,
    });
  }
}

function refusal(mark: StartMark, blocker: Blocker): DeploytrackError {
  const ageSeconds = Math.round((mark.at.wallMs - Date.parse(blocker.startedAt)) / 1000);
  const state = blocker.life === 'alive' ? 'running' : 'open';
  const unseen = blocker.life === 'unknown' ? '; whether its process lives cannot be seen from here' : '';
  const ends = `deploytrack finish --id ${blocker.deploymentId} --abandoned ends it`;
  return new DeploytrackError({
    code: 'REFUSED',
    message: `deployment ${blocker.deploymentId} of ${mark.deployment}/${mark.environment} is ${state} for ${ageSeconds} s (last mark ${blocker.lastMarkAt}${unseen}); nothing was touched`,
    hint:
      blocker.life === 'dead' ? `${ends}, start --take-over too` : `--wait 10m waits for the turn, ${ends}`,
  });
}

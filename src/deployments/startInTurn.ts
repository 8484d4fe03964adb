import { DeploytrackError, type Warning } from '../errors.ts';
import { saveOpenMark } from '../ledger/exchange/openMarks.ts';
import { prepareMark } from '../ledger/marks/apply.ts';
import { type Blocker, blockerOf } from '../ledger/marks/blocker.ts';
import { withKnownLives } from '../ledger/marks/deploymentProcesses.ts';
import { saveWarnings } from '../ledger/saveWarnings.ts';
import type { StartMark } from '../marks.ts';
import { redactMark } from '../redactMark.ts';
import type { Session } from '../session.ts';

const askAgainMs = 200;

interface Turn {
  readonly mark: StartMark;
  /** How long it waits for the running deployment and for the ledger, measured by `waitedMs`. */
  readonly waitMs: number;
  readonly waitedMs: () => number;
  /**
   * `--exclusive`, `--wait`: refuses any other open deployment. Otherwise (`--take-over`) only one with a running
   * process.
   */
  readonly insists: boolean;
}

/**
 * Records a start only if there is no other deployment: check and start are one transaction, so that of two
 * simultaneous starts one is refused. Throws REFUSED, with nothing changed, if another is running or the ledger cannot
 * be read.
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

/** Null if the ledger is locked and the time is not over. */
async function takeTurn(
  session: Session,
  { mark, insists, isOver }: { mark: StartMark; insists: boolean; isOver: () => boolean },
): Promise<Taken | null> {
  const { context, store } = session;
  try {
    await store.takeIn(session.warnings);
    const before = await store.database();
    const life = withKnownLives(context, { database: before, abandonAfterMs: mark.abandonAfterMs });
    const redacted = redactMark(mark);
    const apply = prepareMark(context, { database: before, mark: redacted });
    return await store.write((database): Taken => {
      const blocker = blockerOf(database, { mark, life });
      if (blocker !== null && (insists || blocker.life !== 'dead')) return { blocker };
      const warnings = apply();
      saveOpenMark(database, redacted);
      saveWarnings(database, { warnings, mark });
      return { blocker: null, warnings };
    });
  } catch (cause) {
    if ((cause as { code?: string }).code === 'LEDGER_BUSY' && !isOver()) return null;
    if (!insists) return { blocker: null, warnings: await store.record(mark) };
    throw new DeploytrackError({
      code: 'REFUSED',
      message: `cannot determine whether another deployment is running: ${cause instanceof Error ? cause.message : cause}; nothing was started`,
      hint: 'run `deploytrack doctor` to check the ledger',
      cause,
    });
  }
}

function refusal(mark: StartMark, blocker: Blocker): DeploytrackError {
  const ageSeconds = Math.round((mark.at.wallMs - Date.parse(blocker.startedAt)) / 1000);
  const state = blocker.life === 'alive' ? 'running' : 'open';
  const unseen =
    blocker.life === 'unknown' ? '; whether its process is running cannot be determined from here' : '';
  const ends = `run \`deploytrack finish --id ${blocker.deploymentId} --abandoned\` to end it`;
  return new DeploytrackError({
    code: 'REFUSED',
    message: `deployment ${blocker.deploymentId} of ${mark.deployment}/${mark.environment} has been ${state} for ${ageSeconds} s (last mark ${blocker.lastMarkAt}${unseen}); nothing was started`,
    hint:
      blocker.life === 'dead'
        ? `${ends}, or use start --take-over`
        : `use --wait 10m to wait for its turn, or ${ends}`,
  });
}

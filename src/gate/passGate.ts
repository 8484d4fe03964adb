import { DeploytrackError, type Warning } from '../errors.ts';
import type { Unread } from '../ledger/gate/gateRows.ts';
import type { StartMark } from '../marks.ts';
import type { Session } from '../session.ts';
import { endsOf } from './answer.ts';
import { type Decided, decide } from './decide.ts';
import { hotfixBy, readRules, storedRules } from './gateRules.ts';
import { openGateLedger } from './openLedger.ts';
import { recordDecision } from './record.ts';
import { typedLine } from './typedLine.ts';

/**
 * The gate inside `start` and `run`, before anything of the deployment is recorded. Returns the mark, which says if it
 * is a hotfix; throws REFUSED if it is frozen.
 */
export async function passGate(
  session: Session,
  { mark, hotfix, wrapped }: { mark: StartMark; hotfix: string | null; wrapped: readonly string[] },
): Promise<StartMark> {
  const triggeredBy = hotfixBy(session, hotfix) ?? mark.triggeredBy;
  const rules = readRules(session, storedRules(session), { strictly: false });
  const ledger = await openGateLedger(session);
  const { deployment, environment, deploymentId, rollbackOf } = mark;
  const version = mark.version === 'unknown' ? null : mark.version;
  const question = {
    site: { deployment, environment },
    version,
    deploymentId,
    rollbackOf,
    hotfix,
    triggeredBy,
  };
  const decided = await decide(session, { question, rules, ledger });
  ledger.database?.close();
  await recordDecision(session, decided, ledger);
  const { verdict, passed } = decided.decision;
  if (!passed) throw refusal(decided, typedLine(session, wrapped));
  session.warnings.push(...unreadWarnings(decided));
  return verdict === 'hotfix' ? { ...mark, hotfix } : mark;
}

function refusal(decided: Decided, pass: string): DeploytrackError {
  const { deployment, environment, verdict, reason } = decided.decision;
  const state = verdict === 'frozen' ? 'is frozen' : 'is not let through by its gate, which cannot decide';
  return new DeploytrackError({
    code: 'REFUSED',
    message: `${deployment}/${environment} ${state}: ${reason}; ends: ${endsOf(decided)}; nothing was started`,
    hint: `run \`${pass}\` to deploy now`,
  });
}

/** A gate that passes although it cannot decide says so. */
export function unreadWarnings({ decision, judgement }: Decided): Warning[] {
  if (decision.verdict !== 'error' || !decision.passed) return [];
  return judgement.unread.map(({ problem, hint }: Unread) => ({
    code: 'GATE',
    message: `the gate cannot judge a rule: ${problem}; it passes because of --on-error pass`,
    ...(hint === undefined ? {} : { hint }),
  }));
}

import { type DeploymentRow, findDeployment } from '../ledger/deployments.ts';
import type { Database } from '../ledger/file/addon.ts';
import type { GateDecision } from '../ledger/gate/decisions.ts';
import type { GateRows } from '../ledger/gate/gateRows.ts';
import type { Site } from '../ledger/read/endedSites.ts';
import { isoTime } from '../model.ts';
import { redact } from '../redact.ts';
import type { Session } from '../session.ts';
import type { GateRules } from './gateRules.ts';
import { judge } from './judge.ts';
import { type Judgement, nothingFound } from './judgement.ts';
import { type GateLedger, ledgerRows } from './openLedger.ts';

/** What wants to pass. */
export interface GateQuestion {
  readonly site: Site;
  readonly version: string | null;
  /** The deployment that it belongs to, if it has begun. */
  readonly deploymentId: string | null;
  /** The deployment that it rolls back. */
  readonly rollbackOf: string | null;
  readonly hotfix: string | null;
  readonly triggeredBy: string | null;
}

export interface Decided {
  readonly decision: GateDecision;
  readonly judgement: Judgement;
}

/**
 * A rollback passes, and so does a deployment in progress: neither is stranded by a freeze that began later. Otherwise
 * every rule is judged, and a hotfix passes all of them. `rows`: what is judged instead of the ledger.
 */
export async function decide(
  session: Session,
  {
    question,
    rules,
    ledger,
    rows = ledgerRows(session, ledger),
  }: { question: GateQuestion; rules: GateRules; ledger: GateLedger; rows?: GateRows | null },
): Promise<Decided> {
  const nowMs = session.context.instant().wallMs;
  const { site, rollbackOf } = question;
  const base = baseOf(session, question, nowMs);
  const passes = (verdict: GateDecision['verdict'], reason: string): Decided => ({
    decision: { ...base, verdict, passed: true, reason, rules: [], endsAt: null },
    judgement: nothingFound,
  });
  if (rollbackOf !== null) return passes('rollback', `it rolls back ${rollbackOf}; a rollback always passes`);
  const since = openSince(question, ledger);
  if (since !== null)
    return passes('go', `deployment ${question.deploymentId} is in progress since ${since}`);
  const judgement = await judge(session, { site, rules, ledger, rows, nowMs });
  return { decision: { ...base, ...verdictOf(judgement, { rules, question }) }, judgement };
}

function baseOf(
  { context }: Session,
  { site, version, hotfix, triggeredBy }: GateQuestion,
  nowMs: number,
): Omit<GateDecision, 'verdict' | 'passed' | 'reason' | 'rules' | 'endsAt'> {
  return {
    decisionId: context.uniqueId(),
    at: isoTime(nowMs),
    ...site,
    version,
    triggeredBy: triggeredBy === null ? null : redact(triggeredBy),
    hotfixReason: hotfix === null ? null : redact(hotfix),
  };
}

/** When a deployment of this site began that is in progress; null if there is none with this ID. */
function openSince({ deploymentId, site }: GateQuestion, { database }: GateLedger): string | null {
  if (database === null || deploymentId === null) return null;
  const row = rowOf(database, deploymentId);
  const isOpen = row !== null && !row.fragment && row.status === 'in-progress';
  const isSame = row?.deployment === site.deployment && row.environment === site.environment;
  return isOpen && isSame ? row.startedAt : null;
}

/** Null also if its row cannot be read; the rules then find that too. */
export function rowOf(database: Database, deploymentId: string): DeploymentRow | null {
  try {
    return findDeployment(database, deploymentId);
  } catch {
    return null;
  }
}

function verdictOf(
  { obstacles, unread, facts }: Judgement,
  { rules, question: { hotfix } }: { rules: GateRules; question: GateQuestion },
): Pick<GateDecision, 'verdict' | 'passed' | 'reason' | 'rules' | 'endsAt'> {
  const problems = unread.map(({ problem }) => problem);
  const names = [...new Set([...obstacles.map(({ rule }) => rule), ...unread.map(({ source }) => source)])];
  const said = { rules: names, endsAt: endOf(obstacles) };
  const reason = [...obstacles.map((one) => one.reason), ...problems].join('; ');
  if (reason === '') return { verdict: 'go', passed: true, reason: facts.join('; '), ...said };
  if (hotfix !== null) return { verdict: 'hotfix', passed: true, reason, ...said };
  if (obstacles.length > 0) return { verdict: 'frozen', passed: false, reason, ...said };
  return { verdict: 'error', passed: rules.onError === 'pass', reason, ...said };
}

/** The last end; null if one of them is not known. */
function endOf(obstacles: Judgement['obstacles']): string | null {
  const ends = obstacles.map(({ endsAtMs }) => endsAtMs);
  const known = ends.filter((end) => end !== null);
  return known.length === 0 || known.length < ends.length ? null : isoTime(Math.max(...known));
}

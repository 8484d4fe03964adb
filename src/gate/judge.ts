import type { GateRows } from '../ledger/gate/gateRows.ts';
import type { Site } from '../ledger/read/endedSites.ts';
import type { Session } from '../session.ts';
import type { GateRules } from './gateRules.ts';
import { type Judgement, nothingFound, together } from './judgement.ts';
import type { GateLedger } from './openLedger.ts';
import { judgeFreezes, type RowRule, rowRules } from './rules/ledgerRules.ts';
import { judgeWindows } from './rules/windowRule.ts';

interface Question {
  readonly site: Site;
  readonly rules: GateRules;
  readonly ledger: GateLedger;
  readonly rows: GateRows | null;
  readonly nowMs: number;
}

/** Every rule, whatever the others say: a person must see all that is in the way. */
export async function judge(session: Session, question: Question): Promise<Judgement> {
  const { rules, ledger, rows: read, nowMs } = question;
  const rows = (rule: RowRule) => judgedRows(read, (some) => rule(some, question));
  return together([
    await rows(judgeFreezes),
    judgeWindows(rules, nowMs),
    ...(await judgeServers(session, question)),
    ...(rules.prometheus === null ? await Promise.all(rowRules.map(rows)) : []),
    {
      ...nothingFound,
      unread: [...ledger.unread, ...rules.unread],
      facts: ledger.exists || read !== null ? [] : ['there is no ledger yet'],
    },
  ]);
}

/**
 * What a rule finds in rows. Never throws: a damaged page shows only when it is read, and then that rule cannot be
 * read.
 */
async function judgedRows(
  rows: GateRows | null,
  rule: (rows: GateRows) => Promise<Judgement>,
): Promise<Judgement> {
  if (rows === null) return nothingFound;
  try {
    return await rule(rows);
  } catch (error) {
    return { ...nothingFound, unread: [rows.unread(error)] };
  }
}

/** Code for requests is loaded only for them. All are sent at once. An Alertmanager knows what is silenced. */
async function judgeServers(session: Session, { site, rules, nowMs }: Question): Promise<Judgement[]> {
  const { prometheus, alertmanager, alerts: filter } = rules;
  if (prometheus === null && alertmanager === null) return [];
  const { fleetServer, judgeFleet } = await import('./rules/fleetRules.ts');
  const { judgeAlertmanager, judgePrometheusAlerts } = await import('./rules/alertRule.ts');
  const server = (url: string) => fleetServer(session.context, url);
  const asksPrometheus = prometheus !== null && alertmanager === null && filter !== null;
  return Promise.all([
    ...(prometheus === null ? [] : [judgeFleet(server(prometheus), { site, rules, nowMs })]),
    ...(alertmanager === null || filter === null
      ? []
      : [judgeAlertmanager(server(alertmanager), { site, filter })]),
    ...(asksPrometheus ? [judgePrometheusAlerts(server(prometheus), { site, filter })] : []),
  ]);
}

import type { Unread } from '../ledger/gate/gateRows.ts';
import { asciiJson } from '../report/json.ts';
import { formatTime } from '../text/figures.ts';
import { visible } from '../text/visible.ts';
import type { Decided } from './decide.ts';

/** The answer of `gate`: one line of reason; if it is closed, what ends that, and what to type to pass it. */
export function answerLines(
  { decision, judgement }: Decided,
  { pass, local }: { pass: string; local: boolean },
): string {
  const { deployment, environment, verdict, passed, reason } = decision;
  const head = verdict === 'error' ? (passed ? 'go' : 'frozen') : verdict;
  const why = reason === '' ? 'nothing freezes it' : reason;
  const lines = [
    `${head}: ${deployment}/${environment}: ${verdict === 'error' ? `cannot decide: ${why}` : why}`,
  ];
  if (!passed) lines.push(`ends: ${endsOf({ judgement })}`, `to pass: ${pass}`);
  if (verdict === 'hotfix') lines.push(`hotfix by ${decision.triggeredBy}: ${decision.hotfixReason}`);
  return lines.map((line) => `${visible(withTimes(line, local))}\n`).join('');
}

/** Times as a terminal shows them, in the host's zone. */
function withTimes(line: string, local: boolean): string {
  return line.replaceAll(/\b\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z/g, (time) =>
    formatTime(time, { local }),
  );
}

const sources: Readonly<Record<Unread['source'], string>> = {
  settings: 'the settings',
  ledger: 'the ledger',
  store: 'the central store',
  prometheus: 'Prometheus',
  alertmanager: 'the Alertmanager',
};

/** When all of them have ended, and everything can be read. */
export function endsOf({ judgement: { obstacles, unread } }: Pick<Decided, 'judgement'>): string {
  const read = unread.map(({ source, hint }) => {
    const how = hint === undefined ? '' : ` (${hint})`;
    return `when ${sources[source]} can be read${how}`;
  });
  return [...new Set([...obstacles.map(({ ends }) => ends), ...read])].join('; and ');
}

export function answerJson({ decision, judgement }: Decided, pass: string): string {
  const { verdict, passed, deployment, environment, version, at, reason, endsAt, triggeredBy } = decision;
  return `${asciiJson({
    verdict,
    go: passed,
    deployment,
    environment,
    version,
    at,
    reason,
    rules: judgement.obstacles.map((one) => ({
      rule: one.rule,
      reason: one.reason,
      ends: one.ends,
      ends_at: one.endsAtMs === null ? null : new Date(one.endsAtMs).toISOString(),
    })),
    unread: judgement.unread.map(({ source, problem, hint }) => ({ source, problem, hint: hint ?? null })),
    ends_at: endsAt,
    pass: passed ? null : pass,
    hotfix: decision.hotfixReason,
    triggered_by: triggeredBy,
  })}\n`;
}

import type { Check } from './checks.ts';
import type { Answer, Verified } from './verify.ts';

/** For a terminal: one line per query, failed ones with the full results. */
export function reportLines({ queries, alerts, panels, arrivals }: Verified): string[] {
  const all = [...queries, ...alerts, ...panels, ...arrivals];
  const wrong = all.filter(({ ok }) => !ok);
  return [
    ...all.map(
      ({ ok, id, choice, expected, got }) =>
        `${ok ? 'ok   ' : 'WRONG'} ${[id, choice].join(' ').trim()}: ${cut(got)}${ok ? '' : `; the ledger has ${cut(expected)}`}`,
    ),
    ...wrong.map(
      ({ id, choice, expected, got }) => `\n${id} ${choice}\n  got      ${got}\n  expected ${expected}`,
    ),
    `${queries.length} answers to queries, ${alerts.length} to alerts, ${panels.length} to panels and variables, ${arrivals.length} arrivals; ${wrong.length} wrong`,
  ];
}

/** For docs/verified.md: only what does not change from run to run. */
export function verifiedTable({
  queries,
  alerts,
  panels,
  checks,
}: Pick<Verified, 'queries' | 'alerts' | 'panels'> & { checks: readonly Check[] }): string {
  const rows = [
    ...byId(queries, checks).map(([check, answers]) => row(check.id, `\`${inLine(check.expr)}\``, answers)),
    ...byId(alerts, checks).map(([check, answers]) => row(check.id, 'its expression', answers)),
    ...[...new Set(panels.map(dashboardOf))].map((dashboard) =>
      row(
        `dashboard *${dashboard}*`,
        'every panel, variable and annotation with every value of its variables',
        panels.filter((panel) => dashboardOf(panel) === dashboard),
      ),
    ),
  ];
  return ['| id | what it asks | result | ledger |', '| --- | --- | --- | --- |', ...rows].join('\n');
}

function byId(answers: readonly Answer[], checks: readonly Check[]): [Check, Answer[]][] {
  return checks
    .map((check): [Check, Answer[]] => [check, answers.filter(({ id }) => id === check.id)])
    .filter(([, found]) => found.length > 0);
}

function row(id: string, what: string, answers: readonly Answer[]): string {
  const count = answers.reduce((sum, answer) => sum + answer.count, 0);
  const asked = answers.length === 1 ? '' : `asked ${answers.length} times: `;
  const told = count === 0 ? 'nothing' : `${asked}${count} series`;
  const wrong = answers.filter(({ ok }) => !ok).length;
  const ledger = wrong > 0 ? `${wrong} otherwise` : count === 0 ? 'nothing' : `the same ${count}`;
  return `| ${id} | ${what.replaceAll('|', '\\|')} | ${told} | ${ledger} |`;
}

function dashboardOf({ id }: Answer): string {
  return id.split(':')[0] ?? '';
}

function inLine(expr: string): string {
  return expr.replace(/\s+/g, ' ');
}

function cut(text: string): string {
  return text.length > 160 ? `${text.slice(0, 157)}...` : text;
}

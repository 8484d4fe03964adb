// The table of alerts and the runbook in Markdown, made from the rules.
import { loadSources } from './loadSources.mjs';

const { alerts, figureText, forText } = loadSources(`
  export { alerts } from './src/monitoring/rules/alerts/alerts.ts';
  export { figureText } from './src/monitoring/rules/threshold.ts';
  export { forText } from './src/monitoring/rules/groups.ts';
`);

export function alertsTable() {
  const rows = alerts.map(({ name, severity, forSeconds, ...alert }) => [
    `[${name}](#${name.toLowerCase()})`,
    firesWhen(alert),
    severity,
    forSeconds === 0 ? '' : forText(forSeconds),
  ]);
  return [['alert', 'fires when', 'severity', 'for'], Array(4).fill('---'), ...rows]
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`)
    .join('\n');
}

function firesWhen({ firesWhen: words, condition: { figure } }) {
  return figure === null ? words : words.replace('{figure}', figureText(figure));
}

export function runbook() {
  return alerts
    .map(
      ({ name, runbook: { means, first, mends } }) => `### ${name}\n\n${means} First: \`${first}\`. ${mends}`,
    )
    .join('\n\n');
}

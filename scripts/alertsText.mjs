// The table of alerts and the runbook in Markdown, generated from the rules.
import { loadSources } from './loadSources.mjs';

const { alerts, thresholdText, forText } = loadSources(`
  export { alerts } from './src/monitoring/rules/alerts/alerts.ts';
  export { thresholdText } from './src/monitoring/rules/threshold.ts';
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

function firesWhen({ firesWhen: words, condition: { threshold } }) {
  return threshold === null ? words : words.replace('{threshold}', thresholdText(threshold));
}

export function runbook() {
  return alerts
    .map(
      ({ name, runbook: { means, first, fix } }) => `### ${name}\n\n${means} Run \`${first}\` first. ${fix}`,
    )
    .join('\n\n');
}

import { usageError } from '../errors.ts';
import { alerts } from '../monitoring/rules/alerts/alerts.ts';

/** The names of the alerts that freeze; null: none. */
export type AlertFilter = ReadonlySet<string> | null;

const severities = { critical: ['critical'], high: ['critical', 'high'] } as const;

/** `critical`, `high`, `off`, or names divided by commas, which may be those of other rules. Throws a usage error. */
export function alertFilter(text: string, source: string): AlertFilter {
  if (text === 'off') return null;
  if (text === 'critical' || text === 'high') {
    const wanted: readonly string[] = severities[text];
    return new Set(alerts.filter(({ severity }) => wanted.includes(severity)).map(({ name }) => name));
  }
  const names = text.split(',').map((name) => name.trim());
  if (names.every((name) => /^[A-Za-z_][A-Za-z0-9_:]{0,127}$/.test(name))) return new Set(names);
  throw usageError(
    `invalid alerts ${JSON.stringify(text.slice(0, 80))} for ${source}; expected critical, high, off, or names of alerts`,
    'divide the names by commas: DeploymentNotHealthy,HighErrorRatePostDeploy',
  );
}

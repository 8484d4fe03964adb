import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DashboardJson } from './dashboard.ts';

/** The dashboards of a folder by their names without `.json`, sorted by name. */
export function dashboardsIn(folder: string): Readonly<Record<string, DashboardJson>> {
  const names = readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort();
  return Object.fromEntries(
    names.map((name) => [
      name.replace(/\.json$/, ''),
      JSON.parse(readFileSync(join(folder, name), 'utf8')) as DashboardJson,
    ]),
  );
}

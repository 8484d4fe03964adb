import { parseJson } from '../../text/parseJson.ts';
import { type LegacyFile, namesDeployment, type PlacedRow } from './legacyFile.ts';
import type { RawRow } from './legacyRow.ts';

/** The lists of `/health`, by the names of their tables. */
const lists = ['deployment_metrics', 'deployment_history'] as const;

/** One JSON text: a list of deployments, or a response of `/health` with its lists; null if it is neither. */
export function readJson(text: string): LegacyFile | null {
  const whole = parsed(text);
  if (Array.isArray(whole)) {
    if (!whole.some(isDeployment)) return null;
    return { format: 'json', rows: whole.map((one, index) => placed({ one, row: index + 1, table: null })) };
  }
  if (!isObject(whole)) return null;
  const found = lists.filter((list) => Array.isArray(whole[list]));
  if (found.length === 0) return null;
  const rows = found.flatMap((table) =>
    (whole[table] as unknown[]).map((one, index) => placed({ one, row: index + 1, table })),
  );
  return { format: 'json', rows };
}

/** One deployment per line; null if no line is one. */
export function readJsonLines(text: string): LegacyFile | null {
  const lines = text
    .split('\n')
    .map((line, index) => ({ line: line.trim(), row: index + 1 }))
    .filter(({ line }) => line !== '')
    .map(({ line, row }) => ({ one: parsed(line), row }));
  if (!lines.some(({ one }) => isDeployment(one))) return null;
  return { format: 'jsonl', rows: lines.map(({ one, row }) => placed({ one, row, table: null })) };
}

function placed({ one, row, table }: { one: unknown; row: number; table: string | null }): PlacedRow {
  return isObject(one)
    ? { table, row, raw: one, why: '' }
    : { table, row, raw: null, why: 'it is not a JSON object' };
}

function isDeployment(one: unknown): boolean {
  return isObject(one) && namesDeployment(Object.keys(one));
}

function isObject(one: unknown): one is RawRow {
  return typeof one === 'object' && one !== null && !Array.isArray(one);
}

function parsed(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}

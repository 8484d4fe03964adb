import { parseArgs } from 'node:util';
import type { Group } from './row.ts';
import { groups } from './rows/all.ts';

export interface Options {
  /** How often each row is measured in one run. */
  readonly pairs: number;
  readonly runs: number;
  /** Paths or major versions. */
  readonly nodes: readonly string[];
  readonly groups: readonly Group[];
  readonly docs: boolean;
  /** Measures the build of this clone as it is, for this Node. */
  readonly built: boolean;
}

/** Throws a usage error. */
export function readOptions(args: readonly string[]): Options {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: {
      runs: { type: 'string', default: '1' },
      node: { type: 'string', multiple: true, default: [process.execPath] },
      only: { type: 'string', multiple: true, default: [] },
      docs: { type: 'boolean', default: false },
      built: { type: 'boolean', default: false },
    },
    allowPositionals: true,
  });
  if (positionals.length > 1) throw usageError(`unexpected argument "${positionals[1]}"`);
  const unknown = values.node.find((node) => !/^\d+$|\//.test(node));
  if (unknown !== undefined)
    throw usageError(`invalid Node "${unknown}"; expected a major version or a path`);
  return {
    pairs: count('number of pairs', positionals[0] ?? '30'),
    runs: count('number of runs', values.runs),
    nodes: values.node,
    groups: chosen(values.only),
    docs: values.docs,
    built: values.built,
  };
}

function count(what: string, text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw usageError(`invalid ${what} "${text}"; expected 1 or more`);
  return Number(text);
}

/** Groups whose title has one of the texts, and single rows. */
function chosen(texts: readonly string[]): Group[] {
  const has = (name: string, text: string) => name.toLowerCase().includes(text.toLowerCase());
  for (const text of texts)
    if (!groups.some(({ title, rows }) => has(title, text) || rows.some(({ name }) => has(name, text))))
      throw usageError(
        `no row has "${text}" in its name; the groups are ${groups.map(({ title }) => title).join(', ')}`,
      );
  if (texts.length === 0) return [...groups];
  return groups
    .map((group) => ({
      ...group,
      rows: group.rows.filter(({ name }) => texts.some((text) => has(name, text) || has(group.title, text))),
    }))
    .filter(({ rows }) => rows.length > 0);
}

/** As parseArgs reports its own. */
export function usageError(message: string): Error {
  return Object.assign(new Error(message), { code: 'ERR_PARSE_ARGS_INVALID_VALUE' });
}

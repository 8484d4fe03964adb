import { countedByRows, keptTotals } from '../ledger/countedByRows.ts';
import { gatewayQueries } from '../support/gateway.ts';
import type { Program } from '../support/program.ts';

/** What is wrong with the file of a ledger, or with its totals compared with its rows. */
export function wrongInLedger(program: Program): string[] {
  const integrity = program.rows('PRAGMA integrity_check').map((row) => String(row.integrity_check));
  const kept = keptTotals(program);
  const counted = countedByRows(program);
  const names = new Set([...Object.keys(kept), ...Object.keys(counted)]);
  const totals = [...names].filter((name) => kept[name] !== counted[name]);
  return [
    ...integrity.filter((line) => line !== 'ok').map((line) => `integrity: ${line}`),
    ...totals.map((name) => `total ${name}: stored ${kept[name] ?? 0}, by the rows ${counted[name] ?? 0}`),
  ];
}

/** Pushes everything; then what differs between the gateway and what this ledger would push. */
export async function wrongOnGateway(program: Program, gatewayUrl: string): Promise<string[]> {
  const pushed = await program.run(['push', '--gateway', gatewayUrl, '--gateway-timeout', '60s']);
  const again = pushed.code === 0 ? [] : [`push: ${pushed.code} ${pushed.stderr}`];
  const dry = await program.run(['push', '--dry-run']);
  const held = samplesOf(await gatewayQueries(gatewayUrl).text());
  return [...again, ...differences({ dry, held })];
}

/** Each group that `push --dry-run` prints follows the line with its path on stderr. */
export function differences({
  dry,
  held,
}: {
  dry: { readonly stdout: string; readonly stderr: string };
  held: ReadonlyMap<string, string>;
}): string[] {
  const paths = [...dry.stderr.matchAll(/PUT (\/metrics\/\S+)/g)].map(([, path = '']) => path);
  if (paths.length !== 1) return [`expected one group, found ${paths.length}: ${dry.stderr}`];
  const group = labelsOfPath(paths[0] ?? '');
  const own = [...samplesOf(dry.stdout, group)];
  if (own.length === 0) return ['push --dry-run prints nothing'];
  return own
    .filter(([key, value]) => Number(held.get(key)) !== Number(value))
    .map(([key, value]) => `${key}: gateway ${held.get(key)}, ledger ${value}`);
}

function labelsOfPath(path: string): [string, string][] {
  const [, , ...parts] = path.split('/');
  return parts.flatMap((part, index) =>
    index % 2 === 0 ? [[part, decodeURIComponent(parts[index + 1] ?? '')] as [string, string]] : [],
  );
}

/** Samples by name and sorted labels, without the dates of pushes. */
export function samplesOf(
  text: string,
  added: readonly (readonly [string, string])[] = [],
): Map<string, string> {
  const samples = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [, name = '', labels = '', value = ''] = /^([a-z_]\w*)(?:\{(.*)\})? (\S+)$/i.exec(line) ?? [];
    if (name === '' || name.startsWith('push_')) continue;
    const pairs = [...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, key, said]) => `${key}=${said}`);
    const own = added.map(([key, said]) => `${key}=${said}`);
    samples.set(`${name}{${[...pairs, ...own].sort().join()}}`, value);
  }
  return samples;
}

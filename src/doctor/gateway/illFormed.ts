import type { GroupingKey } from '../../push/gateway/labelsPath.ts';
import type { HeldGroup } from './heldGroups.ts';
import type { Offender } from './offenders.ts';

/** A label in the text form of a protocol buffer, of both of its versions. */
const labelPattern = /label:\s*[<{]\s*name:\s*"((?:[^"\\]|\\.)*)"\s+value:\s*"((?:[^"\\]|\\.)*)"\s*[>}]/g;

/** The groups with a label that is not UTF-8, out of the error text of /metrics. `held`: what the API shows of them. */
export function illFormed(error: string, held: readonly HeldGroup[]): Offender[] {
  // Of the samples that the gateway itself adds, the labels are those of the group.
  const lines = error.split('\n').filter((line) => /"push_(failure_)?time_seconds"/.test(line));
  const found = new Map<string, Offender>();
  for (const line of lines.filter((one) => /not utf-?8/i.test(one))) {
    const labels = [...line.matchAll(labelPattern)].map(
      ([, name = '', value = '']) => [name, bytesOf(value)] as const,
    );
    const inOrder = [...labels].sort(([one], [other]) => Number(other === 'job') - Number(one === 'job'));
    const key = withoutAddedInstance(inOrder, held);
    found.set(JSON.stringify(key), { key, what: 'has a label that is not UTF-8' });
  }
  return [...found.values()];
}

/** The gateway shows an empty instance for a group that has none. */
function withoutAddedInstance(key: GroupingKey, held: readonly HeldGroup[]): GroupingKey {
  const without = key.filter(([name, value]) => name !== 'instance' || value.length > 0);
  return without.length < key.length && held.some((group) => isShownAs(group, key)) ? key : without;
}

function isShownAs({ labels }: HeldGroup, key: GroupingKey): boolean {
  return (
    Object.keys(labels).length === key.length &&
    key.every(([name, value]) => labels[name] === value.toString('utf8'))
  );
}

const named: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9 };

/** The bytes of a text with escapes: `\377`, `\xff`, `\n`, `\"`. */
function bytesOf(escaped: string): Buffer {
  const parts = escaped.match(/\\x[0-9a-f]{1,2}|\\[0-7]{1,3}|\\.|[^\\]+/gi) ?? [];
  return Buffer.concat(parts.map(bytesOfPart));
}

function bytesOfPart(part: string): Buffer {
  if (!part.startsWith('\\')) return Buffer.from(part);
  const rest = part.slice(1);
  if (/^x[0-9a-f]/i.test(rest)) return Buffer.from([Number.parseInt(rest.slice(1), 16)]);
  if (/^[0-7]/.test(rest)) return Buffer.from([Number.parseInt(rest, 8) & 0xff]);
  const code = named[rest];
  return code === undefined ? Buffer.from(rest) : Buffer.from([code]);
}

import type { GroupSnapshot } from '../../metrics/snapshot.ts';

/** What is a number where it is not null. */
const numbers = new Set(
  'events value startedAtMs durationSeconds usd sinceMs lastDurationSeconds errorRate memoryBytes'.split(' '),
);
const longestText = 1_048_576;

/** Whether every value is of its kind: a number that is finite, a text of a length that is ours, neither in the other's place. */
export function isFitSnapshot(snapshot: GroupSnapshot): boolean {
  return isFit(snapshot, '');
}

function isFit(value: unknown, name: string): boolean {
  if (value === null || typeof value === 'boolean') return true;
  if (typeof value === 'number') return numbers.has(name) && Math.abs(value) <= Number.MAX_SAFE_INTEGER;
  if (typeof value === 'string') return !numbers.has(name) && value.length <= longestText;
  if (Array.isArray(value)) return value.every((one) => isFit(one, name));
  if (typeof value !== 'object' || Buffer.isBuffer(value)) return false;
  return Object.entries(value).every(([key, one]) => isFit(one, key));
}

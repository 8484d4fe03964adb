import type { GroupSnapshot } from '../../metrics/snapshot.ts';

/** The properties that are numbers if not null: each of these, and no other. */
const numbers: Readonly<Record<NumberIn<GroupSnapshot>, true>> = {
  events: true,
  value: true,
  startedAtMs: true,
  durationSeconds: true,
  usd: true,
  sinceMs: true,
  lastDurationSeconds: true,
  errorRate: true,
  memoryBytes: true,
};
const longestText = 1_048_576;

/** Whether every value has its type: a finite number, or a text of a possible length. */
export function isFitSnapshot(snapshot: GroupSnapshot): boolean {
  return isFit(snapshot, '');
}

function isNumber(name: string): boolean {
  return Object.hasOwn(numbers, name);
}

function isFit(value: unknown, name: string): boolean {
  if (value === null || typeof value === 'boolean') return true;
  if (typeof value === 'number') return isNumber(name) && Math.abs(value) <= Number.MAX_SAFE_INTEGER;
  if (typeof value === 'string') return !isNumber(name) && value.length <= longestText;
  if (Array.isArray(value)) return value.every((one) => isFit(one, name));
  if (typeof value !== 'object' || Buffer.isBuffer(value)) return false;
  return Object.entries(value).every(([key, one]) => isFit(one, key));
}

/** The names of the number properties in a value, at any depth. */
type NumberIn<Value> = Value extends readonly (infer One)[]
  ? NumberIn<One>
  : Value extends object
    ? {
        [Key in keyof Value]-?: NonNullable<Value[Key]> extends number
          ? Key & string
          : NumberIn<NonNullable<Value[Key]>>;
      }[keyof Value]
    : never;

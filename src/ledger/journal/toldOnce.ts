import type { Warning } from '../../errors.ts';

/** Many marks can have the same problem: it is told once, with how often. */
export function toldOnce(warnings: readonly Warning[]): Warning[] {
  const alike = new Map<string, { one: Warning; count: number }>();
  for (const one of warnings) {
    const key = JSON.stringify([one.code, one.message, one.hint]);
    alike.set(key, { one, count: (alike.get(key)?.count ?? 0) + 1 });
  }
  return [...alike.values()].map(({ one, count }) =>
    count === 1 ? one : { ...one, message: `${one.message} (${count} times)` },
  );
}

import { usageError } from '../errors.ts';
import type { StartMark } from '../marks.ts';
import type { Session } from '../session.ts';
import { hotfixBy } from './gateRules.ts';
import { passGate } from './passGate.ts';

/** What `--gate` asks before a deployment starts; null without it. Throws a usage error for its options alone. */
export function gateOf(
  session: Session,
  { gate, hotfix, wrapped }: { gate: boolean; hotfix: string | null; wrapped: readonly string[] },
): ((mark: StartMark) => Promise<StartMark>) | null {
  if (!gate && hotfix !== null)
    throw usageError(
      '--hotfix can only be used with --gate',
      'use --gate --hotfix <reason> --triggered-by <name>',
    );
  if (!gate) return null;
  hotfixBy(session, hotfix);
  return (mark) => passGate(session, { mark, hotfix, wrapped });
}

import { dirname } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import type { Warning } from '../../../src/errors.ts';
import type { Due } from '../../../src/ledger/keep/due.ts';
import { prune } from '../../../src/ledger/keep/prune.ts';
import { Store } from '../../../src/ledger/store.ts';
import { type LedgerWorld, ledgerWorld } from '../ledgerWorld.ts';
import { type Played, play } from './history.ts';

export const plain: Played = {
  host: 0,
  version: 0,
  days: 0,
  end: 'success',
  healthy: null,
  records: false,
  rolledBackTo: null,
};

/** A ledger with a history, and the store of another process of the same ledger. */
export function played(history: readonly Played[], world = ledgerWorld()) {
  play(world, history);
  const store = new Store(world.context, {
    ledgerPath: world.path,
    fallbackFolders: [dirname(world.path)],
    uid: process.getuid?.(),
    ledgerTimeoutMs: 100,
    migrate: false,
  });
  onTestFinished(() => store.close());
  return { world, store };
}

export function untilOf({ context }: LedgerWorld, days: number): { until: string; now: string } {
  const nowMs = context.instant().wallMs;
  return { until: new Date(nowMs - days * 86_400_000).toISOString(), now: new Date(nowMs).toISOString() };
}

export async function pruned({ world, store }: ReturnType<typeof played>, days: number): Promise<Due[]> {
  const gone: Due[] = [];
  const warnings: Warning[] = [];
  const deleted = (some: readonly Due[]) => gone.push(...some);
  await prune(world.context, { ...untilOf(world, days), store, warnings, deleted });
  expect(warnings).toEqual([]);
  return gone;
}

import { processContext } from '../../src/context.ts';
import { openOrCreateLedger } from '../../src/ledger/file/create.ts';
import { transaction } from '../../src/ledger/file/transaction.ts';
import { applyMark } from '../../src/ledger/marks/apply.ts';
import type { Mark } from '../../src/marks.ts';
import { finishMark, later, phaseEndMark, startMark } from '../ledger/makeMarks.ts';
import type { Program } from '../support/program.ts';

/** Deployments in the ledger of a program, written without a process. */
export interface Past {
  /** Writes marks into the ledger, as commands do. */
  mark(...marks: readonly Mark[]): void;
  /** A successful deployment of 1.0.0. */
  good(name: string): void;
  /** The same, and one of `version` that is open, with this name as its ID. */
  started(name: string, version?: string): string;
  /** The same, and its cutover is over. */
  begun(name: string, version?: string): string;
  /** While `work` runs, no other process can write. */
  locked<Result>(work: () => Promise<Result>): Promise<Result>;
  close(): void;
}

export function openPast({ ledger }: Pick<Program, 'ledger'>): Past {
  const context = processContext();
  const database = openOrCreateLedger(context, { path: ledger });
  const mark = (...marks: readonly Mark[]) => {
    for (const one of marks)
      transaction(database, { mode: 'write' }, () => applyMark(context, { database, mark: one }));
  };
  const good = (name: string) => {
    const [at, deploymentId] = [context.instant(), `${name}-before`];
    mark(
      startMark(later(at, -60), { deployment: name, service: name, deploymentId, version: '1.0.0' }),
      finishMark(later(at, -50), { deploymentId }),
    );
  };
  const started = (name: string, version = '4.0.0') => {
    good(name);
    const at = later(context.instant(), -1);
    mark(startMark(at, { deployment: name, service: name, deploymentId: name, version }));
    return name;
  };
  return {
    mark,
    good,
    started,
    begun(name, version) {
      started(name, version);
      const at = context.instant();
      mark(phaseEndMark(at, { deploymentId: name, stage: 'cutover', startedAt: later(at, -0.5) }));
      return name;
    },
    async locked(work) {
      database.exec('BEGIN IMMEDIATE');
      try {
        return await work();
      } finally {
        database.exec('ROLLBACK');
      }
    },
    close: () => database.close(),
  };
}

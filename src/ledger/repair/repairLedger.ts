import { lstatSync, rmSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import { type Context, effectiveUser } from '../../context.ts';
import { DeploytrackError } from '../../errors.ts';
import { findOwn } from '../../files/findOwn.ts';
import { OddFile } from '../../files/openOwn.ts';
import { isoTime } from '../../model.ts';
import { findLedger, type LedgerFile, readyFolder, suffixes } from '../file/findLedger.ts';
import { noLedgerYet } from '../file/identity.ts';
import { asLedgerError, busyMs } from '../file/open.ts';
import { damageOf } from './check.ts';
import { type Damaged, openDamaged } from './damaged.ts';
import { refuseStranger } from './evidence.ts';
import { exchange, finishExchange } from './exchange.ts';
import { lockOut } from './lockOut.ts';
import { makeRepaired, type Repaired } from './makeRepaired.ts';
import { freeName } from './plan.ts';
import { closeRaw, copyRaw, isUnchanged, openRaw, type RawLedger } from './rawCopy.ts';
import { refuseForeign, refuseForeignFolder } from './refuse.ts';
import { allSchemas, type Schema } from './shapes.ts';
import { inFolder, removeLeftovers } from './workFolder.ts';

export type Repair =
  | { readonly outcome: 'sound' }
  /** A repair that was interrupted is complete now. */
  | { readonly outcome: 'finished'; readonly damagedPath: string }
  | ({ readonly outcome: 'repaired'; readonly damagedPath: string; readonly damage: string } & Repaired);

interface Work {
  /** The real path of the ledger. */
  readonly path: string;
  readonly stat: Stats;
  /** A folder of our own next to it. */
  readonly folder: string;
  readonly known: readonly Schema[];
  readonly timeoutMs: number;
}

/**
 * Replaces a damaged ledger by one with everything that can be read of it; the damaged files keep their content under
 * another name. Throws, with the ledger untouched, if there is none, if it is not ours, or if it is in use.
 */
export async function repairLedger(
  context: Context,
  { path: said, timeoutMs }: { path: string; timeoutMs: number },
): Promise<Repair> {
  try {
    // Before the ledger itself: an interrupted repair may have moved it away, or left a second name of it.
    const place = placeOf(said);
    const ready = lstatSync(readyFolder(place), { throwIfNoEntry: false });
    if (ready !== undefined) {
      refuseForeignFolder(readyFolder(place), ready);
      return { outcome: 'finished', damagedPath: finishExchange(place, nowOf(context)) };
    }
    removeLeftovers(place);
    const { path, stat } = existing(said);
    refuseForeign(path, stat);
    if (stat.size === 0) return { outcome: 'sound' };
    return await inFolder(path, (folder) =>
      repairIn(context, { path, stat, folder, known: allSchemas(), timeoutMs }),
    );
  } catch (error) {
    throw asLedgerError(error, said);
  }
}

/** The real path of a ledger, also if nothing is there. */
function placeOf(said: string): string {
  try {
    return findOwn(said, effectiveUser())?.path ?? said;
  } catch (error) {
    if (error instanceof OddFile) return said; // refused later
    throw error;
  }
}

async function repairIn(context: Context, work: Work): Promise<Repair> {
  const isSound = withRaw(work.path, (raw) => look(raw, work).damage === null);
  return isSound ? { outcome: 'sound' } : await repairAlone(context, work);
}

function existing(path: string): LedgerFile {
  const found = findLedger(path);
  if (found === null) throw noLedgerYet(path);
  return found;
}

function withRaw<Result>(path: string, work: (raw: RawLedger) => Result): Result {
  const raw = openRaw(path);
  try {
    return work(raw);
  } finally {
    closeRaw(raw);
  }
}

/** What is wrong with it, found on a copy; null if nothing is. Throws if it is not ours to repair. */
function look(raw: RawLedger, { path, folder, known }: Work): { damage: string | null; damaged: Damaged } {
  const damaged = openDamaged(raw);
  const { file, log, moments } = damaged;
  for (const { schema } of moments.slice(0, 1)) refuseStranger(path, { file, log, schema, known });
  const copy = join(folder, 'look.db');
  try {
    copyRaw(raw, copy);
    const found = damageOf(copy, known);
    return {
      damage: found ?? (log?.isDamaged === true ? 'commits in its log cannot be read' : null),
      damaged,
    };
  } finally {
    for (const suffix of ['', ...suffixes]) rmSync(copy + suffix, { force: true });
  }
}

/** The same again with everybody else locked out, until the repaired ledger has its place. */
async function repairAlone(context: Context, work: Work): Promise<Repair> {
  const { path, stat, folder, known } = work;
  const raw = openRaw(path);
  let locked: { close(): unknown } | null = null;
  try {
    locked = await lockOut(context, work);
    if (!isUnchanged(path, raw)) throw changed(path);
    const { damage, damaged } = look(raw, work);
    if (damage === null) return { outcome: 'sound' };
    const { randomUUID } = require('node:crypto') as typeof import('node:crypto');
    const now = nowOf(context);
    const repaired = makeRepaired(damaged, { path, folder, known, like: stat, newId: randomUUID(), now });
    if (!isUnchanged(path, raw)) throw changed(path);
    const damagedPath = freeName(path, now);
    exchange(path, { folder, damagedPath, isUnchanged: () => isUnchanged(path, raw) });
    // A process that waits for the damaged file gives up before it is free: it would go on with the log of the new one.
    await context.sleep(5 * busyMs);
    return { outcome: 'repaired', damagedPath, damage, ...repaired };
  } finally {
    locked?.close();
    closeRaw(raw);
  }
}

function nowOf(context: Context): string {
  return isoTime(context.instant().wallMs);
}

function changed(path: string): DeploytrackError {
  return new DeploytrackError({
    code: 'LEDGER_BUSY',
    message: `cannot repair the ledger ${path}: it was written meanwhile; it was left untouched`,
    hint: 'try again when no deployment runs',
  });
}

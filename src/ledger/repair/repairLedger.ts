import { existsSync, lstatSync, mkdtempSync, readdirSync, rmSync, type Stats } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type Context, effectiveUser } from '../../context.ts';
import { DeploytrackError } from '../../errors.ts';
import { isoTime } from '../../model.ts';
import { findLedger, type LedgerFile, readyFolder } from '../file/findLedger.ts';
import { noLedgerYet } from '../file/identity.ts';
import { asLedgerError } from '../file/open.ts';
import { damageOf } from './check.ts';
import { type Damaged, openDamaged } from './damaged.ts';
import { refuseStranger } from './evidence.ts';
import { exchange, finishExchange, isReady } from './exchange.ts';
import { lockOut } from './lockOut.ts';
import { makeRepaired, type Repaired } from './makeRepaired.ts';
import { closeRaw, copyRaw, isUnchanged, openRaw, type RawLedger } from './rawCopy.ts';
import { allSchemas, type Schema } from './shapes.ts';

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
  if (isMoved(said)) return { outcome: 'finished', damagedPath: finishExchange(said) };
  const { path, stat } = existing(said);
  const ready = readyFolder(path);
  const begun = lstatSync(ready, { throwIfNoEntry: false });
  refuseForeign({ path, stat });
  if (begun !== undefined && (begun.uid !== stat.uid || !isReady(path))) throw inTheWay(path, ready);
  if (begun !== undefined) return { outcome: 'finished', damagedPath: finishExchange(path) };
  if (stat.size === 0) return { outcome: 'sound' };
  let folder: string | null = null;
  try {
    folder = mkdtempSync(`${ready}-`);
    const work: Work = { path, stat, folder, known: allSchemas(), timeoutMs };
    const isSound = withRaw(path, (raw) => look(raw, { ...work, copy: 'look.db' }).damage === null);
    return isSound ? { outcome: 'sound' } : await repairAlone(context, work);
  } catch (error) {
    throw asLedgerError(error, path);
  } finally {
    if (folder !== null) rmSync(folder, { recursive: true, force: true });
  }
}

/** An exchange was interrupted after its first step, on a file system without hard links. */
function isMoved(path: string): boolean {
  const begun = lstatSync(readyFolder(path), { throwIfNoEntry: false });
  const isOurs = begun !== undefined && (effectiveUser() ?? begun.uid) === begun.uid;
  return isOurs && !existsSync(path) && isReady(path);
}

function existing(path: string): LedgerFile {
  try {
    const found = findLedger(path);
    if (found !== null) return found;
  } catch (error) {
    throw asLedgerError(error, path);
  }
  throw noLedgerYet(path);
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
function look(
  raw: RawLedger,
  { path, folder, known, copy }: Work & { copy: string },
): { damage: string | null; damaged: Damaged } {
  const damaged = openDamaged(raw);
  const { file, log, pageBytes, moments } = damaged;
  for (const { schema } of moments.slice(0, 1)) refuseStranger(path, { file, log, pageBytes, schema, known });
  copyRaw(raw, join(folder, copy));
  const found = damageOf(join(folder, copy), known);
  const damage = found ?? (log?.isDamaged === true ? 'commits in its log cannot be read' : null);
  return { damage, damaged };
}

/** The same again with everybody else locked out, until the repaired ledger has its place. */
async function repairAlone(context: Context, work: Work): Promise<Repair> {
  const { path, stat, folder, known } = work;
  const raw = openRaw(path);
  let locked: { close(): unknown } | null = null;
  try {
    locked = await lockOut(context, work);
    if (!isUnchanged(path, raw)) throw changed(path);
    removeLeftovers(path, folder);
    const { damage, damaged } = look(raw, { ...work, copy: 'locked-look.db' });
    if (damage === null) return { outcome: 'sound' };
    const { randomUUID } = require('node:crypto') as typeof import('node:crypto');
    const now = isoTime(context.instant().wallMs);
    const repaired = makeRepaired(damaged, { path, folder, known, like: stat, newId: randomUUID(), now });
    if (!isUnchanged(path, raw)) throw changed(path);
    const damagedPath = freeName(`${path}.damaged-${now.replaceAll(/[-:]|\.\d+/g, '')}`);
    exchange(path, { folder, damagedPath });
    return { outcome: 'repaired', damagedPath, damage, ...repaired };
  } finally {
    locked?.close();
    closeRaw(raw);
  }
}

/** Folders of repairs that were killed. */
function removeLeftovers(path: string, own: string): void {
  const folder = dirname(path);
  const start = `${basename(readyFolder(path))}-`;
  for (const name of readdirSync(folder).filter((one) => one.startsWith(start)))
    if (join(folder, name) !== own) rmSync(join(folder, name), { recursive: true, force: true });
}

function freeName(name: string): string {
  let free = name;
  for (let number = 2; existsSync(free); number += 1) free = `${name}-${number}`;
  return free;
}

/** Everything is done in the account that the ledger belongs to: another one can exchange files on the way. */
function refuseForeign({ path, stat }: { path: string; stat: Stats }): void {
  const uid = effectiveUser();
  if (uid === undefined || stat.uid === uid) return;
  throw new DeploytrackError({
    code: 'LEDGER_UNUSABLE',
    message: `cannot repair the ledger ${path}: it belongs to another account (UID ${stat.uid}); it was left untouched`,
    hint: 'run `deploytrack doctor --repair` as that account',
  });
}

function inTheWay(path: string, ready: string): DeploytrackError {
  return new DeploytrackError({
    code: 'LEDGER_UNUSABLE',
    message: `cannot repair the ledger ${path}: ${ready} exists, and no repair has created it; the ledger was left untouched`,
    hint: 'check it, then remove it',
  });
}

function changed(path: string): DeploytrackError {
  return new DeploytrackError({
    code: 'LEDGER_BUSY',
    message: `cannot repair the ledger ${path}: it was written meanwhile; it was left untouched`,
    hint: 'try again when no deployment runs',
  });
}

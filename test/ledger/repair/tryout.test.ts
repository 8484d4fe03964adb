import { appendFileSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, existsSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { expect, test } from 'vitest';
import { repairLedger } from '../../../src/ledger/repair/repairLedger.ts';
import { fakeContext } from '../../support/context.ts';
import { ledgerWorld } from '../ledgerWorld.ts';
import { scriptOf } from '../script.ts';
import { damageLedger } from './damage.ts';

const log = (...a: unknown[]) => appendFileSync('/tmp/repair-try.log', a.join(' ') + '\n');
test('tryout', async () => {
  const world = ledgerWorld();
  for (let n = 0; n < 40; n += 1) {
    const s = scriptOf(world, `d-${n}`);
    s.start({ version: `1.${n}` });
    s.mark('build'); s.wrap('migration', { code: n % 7 === 0 ? 1 : 0 }); s.wrap('cutover'); s.health({ bad: n % 3 });
    if (n !== 39) s.finish();
    if (n === 30) world.database.pragma('wal_checkpoint(TRUNCATE)');
  }
  const base = mkdtempSync(join(tmpdir(), 'repair-base-'));
  for (const s of ['', '-wal']) copyFileSync(world.path + s, join(base, `l.db${s}`));
  const count: Record<string, number> = {};
  const tables = ['deployment_metrics', 'deployment_stages', 'health_checks', 'health_verifications', 'totals'];
  for (let seed = 1; seed <= Number(process.env.SEEDS ?? 60); seed += 1) {
    const folder = mkdtempSync(join(tmpdir(), 'repair-one-'));
    const path = join(folder, 'l.db');
    for (const s of ['', '-wal']) copyFileSync(join(base, `l.db${s}`), path + s);
    const done = damageLedger(path, seed);
    const readable: Record<string, unknown[]> = {};
    const look = join(folder, 'look.db');
    for (const s of ['', '-wal']) copyFileSync(path + s, look + s);
    const before: Record<string, number> = {};
    let db: any;
    for (const t of tables) { before[t] = 0; try { db ??= new SqliteDatabase(look); for (const _ of db.prepare(`SELECT * FROM ${t}`).iterate()) before[t]++; } catch {} }
    db?.close();
    for (const s of ['', '-wal','-shm']) rmSync(look + s, { force: true });
    const bytes = readFileSync(path);
    let out: any;
    try { out = await repairLedger(fakeContext(), { path, timeoutMs: 100 }); } catch (e: any) { out = { outcome: 'refused', error: e.message, same: readFileSync(path).equals(bytes), stack: e.code ? '' : e.stack }; }
    count[out.outcome] = (count[out.outcome] ?? 0) + 1;
    const after: Record<string, unknown> = {};
    if (out.outcome === 'repaired') { const d = new SqliteDatabase(path); for (const t of tables) after[t] = `${before[t]}>${d.prepare(`SELECT count(*) FROM ${t}`).pluck().get()}`; d.close(); }
    log(seed, done, out.outcome, out.damage ?? out.error ?? '', out.same ?? '', out.stack ?? '', JSON.stringify(after), out.hasAllTotals, out.isNewId, out.leftOut?.length, JSON.stringify(out.tables?.filter((t: any) => t.lost > 0)), readdirSync(folder).length);
    rmSync(folder, { recursive: true });
  }
  rmSync(base, { recursive: true });
  log(JSON.stringify(count)); expect(1).toBe(1);
}, 300_000);

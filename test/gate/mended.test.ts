import { closeSync, openSync, writeSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { command as freezeCommand } from '../../src/commands/gateFreeze.ts';
import { command as thawCommand } from '../../src/commands/gateThaw.ts';
import { timesInForce } from '../../src/gate/windows/inForce.ts';
import { parseWindows } from '../../src/gate/windows/parseWindow.ts';
import { type GateWorld, gateWorld, rulesIn } from './gateWorld.ts';

const always = { freeze: ['Mon-Sun UTC'] };
const pageBytes = 4096;

/** Overwrites the first page of an index, which is read only by the queries that need it. */
function damage(world: GateWorld, index: string): void {
  const [found] = world.rows(`SELECT rootpage FROM sqlite_master WHERE name = '${index}'`);
  world.database.pragma('wal_checkpoint(TRUNCATE)');
  const file = openSync(world.path, 'r+');
  writeSync(file, Buffer.alloc(pageBytes, 0x55), 0, pageBytes, (Number(found?.rootpage) - 1) * pageBytes);
  closeSync(file);
}

describe('Rules that cannot be read', () => {
  test('a damaged page that only one rule reads closes the gate with a verdict, and the other rules are judged', async () => {
    const world = gateWorld();
    world.deploy('bad', { code: 1, migrate: 1 });
    damage(world, 'freeze_in_force');
    const closed = await world.gate({ 'failed-migration': 'ignore' });
    expect([closed.code, closed.verdict, closed.unread.length]).toEqual([1, 'error', 1]);
    expect(closed.unread[0]).toMatchObject({
      problem: `the ledger ${world.path} is damaged: database disk image is malformed`,
      hint: expect.stringContaining('doctor --repair'),
    });
    expect(await world.gate({ 'on-error': 'pass', 'failed-migration': 'ignore' })).toMatchObject({ code: 0 });
    expect(await world.gate({ hotfix: 'x', 'triggered-by': 'ada' })).toMatchObject({ verdict: 'hotfix' });
    expect(rulesIn(await world.gate({ 'on-error': 'pass' }))).toEqual(['migration']);
  });

  test('the hint for a Prometheus server is one argument of a shell, and no line shows a password with a space', async () => {
    const prometheus = 'http://user:geheim 1234@127.0.0.1:9/a;b';
    const { pass, unread } = await gateWorld().gate({ prometheus });
    expect(unread[0]?.hint).toBe("run `deploytrack doctor --prometheus 'http://127.0.0.1:9/a;b'`");
    expect(pass).toContain("--prometheus 'http://***@127.0.0.1:9/a;b' --hotfix");
  });

  test('rows that end after now are of a wrong clock, and freeze nothing', async () => {
    const world = gateWorld();
    world.goTo('2026-03-12T12:00:00Z');
    for (const version of ['1', '2', '3']) world.deploy(version, { code: 1, migrate: 1 });
    expect(rulesIn(await world.gate())).toEqual(['success_rate', 'migration']);
    world.goTo('2026-03-11T12:00:00Z');
    expect(await world.gate()).toMatchObject({ verdict: 'go' });
  });
});

describe('Who passes, and who freezes', () => {
  test('a blank reason or name is none', async () => {
    const world = gateWorld();
    for (const options of [
      { hotfix: ' ', 'triggered-by': 'ada' },
      { hotfix: 'x', 'triggered-by': ' ' },
    ])
      await expect(world.gate({ ...always, ...options })).rejects.toMatchObject({ code: 'USAGE' });
    await expect(world.run(freezeCommand, { until: '4h', reason: ' ' })).rejects.toMatchObject({
      code: 'USAGE',
    });
  });

  test('names of those who freeze and thaw are stored without secrets', async () => {
    const world = gateWorld();
    const by = { 'triggered-by': 'ada token=abcdef0123456789' };
    await world.run(freezeCommand, { until: '4h', reason: 'x', ...by });
    await world.run(thawCommand, by);
    expect(world.rows('SELECT set_by, thawed_by FROM freezes')).toEqual([
      { set_by: 'ada token=***', thawed_by: 'ada token=***' },
    ]);
  });

  test('a line with a line end cannot be typed, and is shown without it', async () => {
    const { pass } = await gateWorld().gate({ freeze: ['Mon-Sat UTC\nSun UTC'] });
    expect(pass).toBe("deploytrack gate … --hotfix '<reason>' --triggered-by <name>");
  });

  test('the line to type keeps the ID, and a value that begins with a dash stays a value', async () => {
    const { pass } = await gateWorld().gate({ ...always, id: 'given', version: '-1' });
    expect(pass).toContain(' --version=-1 ');
    expect(pass).toContain(' --id given ');
  });
});

const windowOf = (text: string) => parseWindows([text], '--freeze');
const inForce = (text: string, time: string) =>
  windowOf(text).some((one) => timesInForce(one, Date.parse(time)) !== null);

describe('Windows', () => {
  test('a window from Sunday to Saturday is every day, and not invalid', () => {
    for (const day of ['2026-11-28', '2026-11-29', '2026-11-30'])
      expect([inForce('Sun-Sat UTC', `${day}T12:00Z`), inForce('Tue-Mon UTC', `${day}T12:00Z`)]).toEqual([
        true,
        true,
      ]);
  });

  test('a window to February 29 ends with February in each year, before March 1', () => {
    const times = ['2027-02-28T23:59Z', '2027-03-01T00:00Z', '2028-02-29T23:59Z', '2028-03-01T00:00Z'];
    expect(times.map((time) => inForce('Feb 1-Feb 29 UTC', time))).toEqual([true, false, true, false]);
    expect(times.map((time) => inForce('Feb 29 UTC', time))).toEqual([false, false, true, false]);
    expect(times.map((time) => inForce('Feb 29-Mar 2 UTC', time))).toEqual([false, true, true, true]);
  });

  test.each(['', ' , ', '24:00-00:00 UTC', 'Sun 24:00-Mon 00:00 UTC'])(
    'the text "%s", which has no window or an empty one, is refused instead of freezing never or always',
    (text) => {
      expect(() => windowOf(text)).toThrow(/for --freeze; expected for example/);
    },
  );
});

import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { command as gateCommand } from '../../src/commands/gate.ts';
import { command as freezeCommand } from '../../src/commands/gateFreeze.ts';
import { command as thawCommand } from '../../src/commands/gateThaw.ts';
import { scriptOf } from '../ledger/script.ts';
import { type GateWorld, gateWorld, rulesIn } from './gateWorld.ts';

const dayMs = 86_400_000;

/** Successful deployments, one a day. */
function deployDaily(world: GateWorld, count: number, prefix = 'good'): void {
  for (let number = 1; number <= count; number += 1) {
    world.deploy(`${prefix}-${number}`);
    world.pass(dayMs / 1000);
  }
}

/** Asks just before a time, and at it. */
async function around(world: GateWorld, time: string | null, options = {}) {
  world.goTo(Date.parse(time ?? '') - 1);
  const before = (await world.gate(options)).verdict;
  world.goTo(time ?? '');
  return [before, (await world.gate(options)).verdict];
}

describe('The error budget', () => {
  test('a spent budget freezes from ten deployments on, until the failure is older than 30 days', async () => {
    const world = gateWorld();
    deployDaily(world, 8);
    world.deploy('bad', { code: 1 });
    const nine = await world.gate();
    expect([nine.verdict, nine.reason]).toEqual([
      'go',
      'error budget: 1 of 1 failed deployment used in the last 30 days, which counts from 10 deployments on; there were 9; 0 of 1 deployments succeeded in the last hour',
    ]);
    world.pass(3600);
    world.deploy('after');
    const ten = await world.gate();
    expect([ten.code, ten.verdict, ten.reason]).toEqual([
      1,
      'frozen',
      'the error budget is spent: 1 of 1 failed deployment used in the last 30 days (bad)',
    ]);
    expect(await around(world, ten.ends_at, { 'min-deployments': '1' })).toEqual(['frozen', 'go']);
  });

  test('half of it for a rollback for bad health does not freeze, a larger budget does not, and a smaller one does', async () => {
    const world = gateWorld();
    deployDaily(world, 10);
    scriptOf(world, 'good-10').rollback({ reason: 'health_check_failed' });
    expect((await world.gate()).verdict).toBe('go');
    expect(rulesIn(await world.gate({ 'error-budget': '0.5' }))).toEqual(['error_budget']);
    world.deploy('bad', { code: 1 });
    const spent = await world.gate();
    expect(spent.reason).toContain('1.5 of 1 failed deployment used in the last 30 days (good-10, bad)');
    expect((await world.gate({ 'error-budget': '2' })).verdict).toBe('go');
    expect((await world.gate({ 'budget-period': 'off' })).verdict).toBe('go');
    // When the first of two events leaves the period, the other one still spends the budget.
    expect(await around(world, spent.ends_at, { 'min-deployments': '1' })).toEqual(['frozen', 'go']);
  });

  test('a budget of the month ends with the month', async () => {
    const world = gateWorld();
    deployDaily(world, 10);
    world.deploy('bad', { code: 1 });
    world.pass(7200);
    const month = { 'budget-period': 'month' };
    const { ends_at, reason } = await world.gate(month);
    expect(reason).toContain('failed deployment used this month (bad)');
    expect(new Date(ends_at ?? '')).toEqual(new Date(2026, 3, 1));
    expect(await around(world, ends_at, month)).toEqual(['frozen', 'go']);
    expect((await world.gate()).verdict).toBe('frozen');
  });

  test('another environment has a budget of its own', async () => {
    const world = gateWorld();
    deployDaily(world, 10);
    world.deploy('bad', { code: 1, environment: 'staging' });
    expect((await world.gate()).verdict).toBe('go');
    const staging = await world.gate({ environment: 'staging', 'min-deployments': '1' });
    expect(rulesIn(staging)).toEqual(['error_budget']);
  });
});

describe('Success rate and migrations', () => {
  test('a success rate below 95% of three or more deployments of the last hour freezes for an hour', async () => {
    const world = gateWorld();
    world.deploy('1');
    world.deploy('bad', { code: 1 });
    expect((await world.gate()).verdict).toBe('go');
    world.deploy('2');
    const { reason, ends_at } = await world.gate();
    expect(reason).toBe('only 2 of 3 deployments succeeded in the last hour (66.7%, below 95%)');
    expect((await world.gate({ 'success-rate': '0.6' })).verdict).toBe('go');
    expect((await world.gate({ 'success-rate': '0' })).verdict).toBe('go');
    expect(await around(world, ends_at)).toEqual(['frozen', 'go']);
  });

  test('a failed migration freezes until one succeeds, and one of --try does not', async () => {
    const world = gateWorld();
    world.deploy('bad', { code: 1, migrate: 1 });
    const frozen = await world.gate();
    expect(rulesIn(frozen)).toEqual(['migration']);
    expect(frozen.reason).toBe('the last migration failed (bad, 2026-03-10T12:00:10.000Z)');
    expect((await world.gate({ 'failed-migration': 'ignore' })).verdict).toBe('go');
    expect(await around(world, frozen.ends_at)).toEqual(['frozen', 'go']);
    world.goTo('2026-05-10T12:00:00Z');
    world.deploy('bad-2', { code: 1, migrate: 1 });
    world.deploy('fixed', { migrate: 0 });
    const script = scriptOf(world, 'tried');
    script.start({ version: 'tried' });
    const result = {
      status: 'failed',
      exitCode: 1,
      signal: null,
      errorType: 'exit_code',
      errorMessage: null,
    } as const;
    const rest = { judged: 'no', cpuSeconds: null, memoryBytes: null, stderrTail: null } as const;
    script.wrap('migration', { result: { ...result, ...rest } });
    script.finish();
    expect((await world.gate({ 'success-rate': '0' })).verdict).toBe('go');
  });
});

describe('Freezes', () => {
  test('a freeze is for what it names, until its time', async () => {
    const world = gateWorld();
    world.deploy('1');
    const said = { until: '4h', reason: 'incident 71 token=abcdef0123456789abcdef' };
    expect((await world.run(freezeCommand, { ...said, environment: 'production' })).stdout).toMatch(
      /^20260310T120010Z-\w{8}: every deployment in production is frozen until 2026-03-10T16:00:10.000Z\nto end it: deploytrack gate thaw 20260310T120010Z-\w{8}\n$/,
    );
    const frozen = await world.gate();
    expect(frozen.reason).toBe('frozen since 2026-03-10T12:00:10.000Z by tester: incident 71 token=***');
    expect((await world.gate({ deployment: 'other' })).verdict).toBe('frozen');
    expect((await world.gate({ environment: 'staging' })).verdict).toBe('go');
    world.rows("UPDATE freezes SET freeze_id = '$(touch x) \u001b[2J' RETURNING id");
    const shown = await world.run(gateCommand, { deployment: 'shop' });
    expect(shown.stdout).toContain("`deploytrack gate thaw '$(touch x) \\x1b[2J'`");
    expect(await around(world, frozen.ends_at)).toEqual(['frozen', 'go']);
  });

  test('thaw ends what the gate names, or what has the same names, and says which freezes are left', async () => {
    const world = gateWorld();
    await world.run(freezeCommand, { until: '2026-03-12', reason: 'one' });
    await world.run(freezeCommand, { until: '2d', reason: 'two', deployment: 'shop' });
    const { rules } = await world.gate();
    expect(rules.map(({ reason }) => reason.replace(/.*: /, ''))).toEqual(['two', 'one']);
    const [, id = ''] = /`deploytrack gate thaw (\S+)`/.exec(rules[1]?.ends ?? '') ?? [];
    expect(await world.run(thawCommand, { 'triggered-by': 'ada' }, [id])).toMatchObject({ code: 0 });
    expect((await world.gate()).reason).toMatch(/: two$/);
    await expect(world.run(thawCommand)).rejects.toThrow(
      /^no freeze in force for every deployment in every environment; in force: \S+ \(shop in every environment\)$/,
    );
    await world.run(thawCommand, { deployment: 'shop' });
    expect((await world.gate()).verdict).toBe('go');
    expect(world.rows('SELECT reason, thawed_by FROM freezes')).toEqual([
      { reason: 'one', thawed_by: 'ada' },
      { reason: 'two', thawed_by: 'tester' },
    ]);
  });

  test.each([
    [{ reason: 'x' }, 'missing --until'],
    [{ until: '4h' }, 'missing --reason'],
    [{ until: 'soon', reason: 'x' }, 'invalid time "soon" for --until; expected a time or a duration'],
    [
      { until: '2026-03-10', reason: 'x' },
      'invalid time "2026-03-10" for --until; expected a time in the future',
    ],
    [{ until: '9999d', reason: 'x' }, 'invalid time "9999d" for --until; expected at most 3650d from now'],
  ])('freeze with %j is a usage error', async (options, message) => {
    await expect(gateWorld().run(freezeCommand, options)).rejects.toMatchObject({ code: 'USAGE', message });
  });

  test('a window freezes by the clock of the moment, from its variable too', async () => {
    const world = gateWorld({ env: { DEPLOYTRACK_FREEZE: 'Fri 16:00-Mon 08:00 Europe/Berlin; Sat UTC' } });
    expect((await world.gate()).verdict).toBe('go');
    world.goTo('2026-03-13T15:00:00Z');
    const { reason, ends_at } = await world.gate();
    expect([reason, ends_at]).toEqual([
      'freeze window Fri 16:00-Mon 08:00 Europe/Berlin',
      '2026-03-16T07:00:00.000Z',
    ]);
    expect(await around(world, ends_at)).toEqual(['frozen', 'go']);
    await expect(world.gate({ freeze: ['Fri'] })).rejects.toMatchObject({ code: 'USAGE' });
  });
});

const always = { freeze: ['Mon-Sun UTC'] };

test('a gate that is asked in a loop stores its decision once, until it changes', async () => {
  const world = gateWorld();
  world.deploy('1');
  const asked = { version: '2' };
  for (const options of [
    asked,
    asked,
    { ...asked, ...always },
    { ...asked, ...always },
    asked,
    { version: '3' },
  ])
    await world.gate(options);
  expect(world.rows('SELECT version, verdict FROM gate_decisions')).toEqual([
    { version: '2', verdict: 'go' },
    { version: '2', verdict: 'frozen' },
    { version: '2', verdict: 'go' },
    { version: '3', verdict: 'go' },
  ]);
});

describe('What passes', () => {
  test('a hotfix passes with its reason and a name, and is stored for good without secrets', async () => {
    const world = gateWorld();
    world.deploy('1');
    await expect(world.gate({ ...always, hotfix: 'x' })).rejects.toMatchObject({ code: 'USAGE' });
    const hotfix = { hotfix: 'revert, password=hunter2hunter2', 'triggered-by': 'ada', version: '2' };
    expect(await world.gate({ ...always, ...hotfix })).toMatchObject({
      code: 0,
      verdict: 'hotfix',
      rules: [{ rule: 'window' }],
    });
    expect(await world.gate(hotfix)).toMatchObject({ code: 0, verdict: 'go' });
    expect(
      world.rows('SELECT version, verdict, passed, rules, triggered_by, hotfix_reason FROM gate_decisions'),
    ).toEqual([
      {
        version: '2',
        verdict: 'hotfix',
        passed: 1,
        rules: '["window"]',
        triggered_by: 'ada',
        hotfix_reason: 'revert, password=***',
      },
      {
        version: '2',
        verdict: 'go',
        passed: 1,
        rules: '[]',
        triggered_by: 'ada',
        hotfix_reason: 'revert, password=***',
      },
    ]);
  });

  test('a rollback passes, and so does a deployment that is in progress', async () => {
    const world = gateWorld();
    const script = scriptOf(world, 'begun');
    script.start({ version: '1' });
    expect(await world.gate(always)).toMatchObject({
      code: 1,
      verdict: 'frozen',
      pass: expect.stringMatching(
        /^deploytrack gate .*--deployment shop --freeze 'Mon-Sun UTC' --hotfix '<reason>' --triggered-by <name>$/,
      ),
    });
    expect(await world.gate({ ...always, 'rollback-of': 'begun' })).toMatchObject({
      code: 0,
      verdict: 'rollback',
    });
    expect(await world.gate({ ...always, id: 'begun' })).toMatchObject({ code: 0, verdict: 'go' });
    expect(await world.gate({ ...always, id: 'begun', deployment: 'other' })).toMatchObject({ code: 1 });
    expect(await world.gate({ ...always, id: 'begun', environment: 'staging' })).toMatchObject({ code: 1 });
    expect(await world.gate({ ...always, id: 'another' })).toMatchObject({ code: 1 });
    const idFile = join(dirname(world.path), 'deployment-id');
    writeFileSync(idFile, 'begun\n');
    expect(await world.gate({ ...always, 'id-file': idFile })).toMatchObject({ code: 0, verdict: 'go' });
    script.finish();
    expect(await world.gate({ ...always, id: 'begun' })).toMatchObject({ code: 1 });
  });
});

describe('A gate that cannot decide', () => {
  test('rows that cannot be read close the gate with the reason, unless --on-error is pass', async () => {
    const world = gateWorld();
    await world.run(freezeCommand, { until: '4h', reason: 'one' });
    world.rows("UPDATE freezes SET until = 'later' RETURNING id");
    const closed = await world.gate();
    expect([closed.code, closed.verdict, closed.unread]).toEqual([
      1,
      'error',
      [
        {
          source: 'ledger',
          problem: 'the ledger holds an invalid value: row 1 of freezes was left out: until is not a time',
          hint: 'run `deploytrack doctor` to list them, then fix them with sqlite3',
        },
      ],
    ]);
    const open = await world.gate({ 'on-error': 'pass' });
    expect([open.code, open.go, open.verdict, open.warnings]).toEqual([
      0,
      true,
      'error',
      [expect.stringMatching(/^the gate cannot judge a rule: .*; it passes because of --on-error pass$/)],
    ]);
    expect(await world.gate({ ...always, 'on-error': 'pass' })).toMatchObject({ code: 1, verdict: 'frozen' });
    expect(await world.gate({ hotfix: 'x', 'triggered-by': 'ada' })).toMatchObject({
      code: 0,
      verdict: 'hotfix',
    });
  });

  test('a damaged ledger closes the gate, and what could not be stored is a warning', async () => {
    const world = gateWorld();
    world.deploy('1');
    world.database.pragma('wal_checkpoint(TRUNCATE)');
    writeFileSync(world.path, 'no ledger '.repeat(1000));
    const closed = await world.gate();
    expect(closed).toMatchObject({ code: 1, verdict: 'error', unread: [{ source: 'ledger' }] });
    expect(closed.warnings).toEqual([expect.stringMatching(/; the decision of the gate was not recorded$/)]);
    expect(await world.gate({ 'on-error': 'pass' })).toMatchObject({ code: 0 });
  });
});

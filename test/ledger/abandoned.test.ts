import { describe, expect, test } from 'vitest';
import { findDeployment } from '../../src/ledger/deployments.ts';
import { transaction } from '../../src/ledger/file/transaction.ts';
import { closeAbandoned, lastMark } from '../../src/ledger/marks/abandoned.ts';
import { prepareMark } from '../../src/ledger/marks/apply.ts';
import type { ProcessIdentity } from '../../src/marks.ts';
import { callingProcess, identify } from '../../src/processes.ts';
import { fakeContext } from '../support/context.ts';
import { type LedgerWorld, ledgerWorld, unique } from './ledgerWorld.ts';
import { phaseStartMark, startMark } from './makeMarks.ts';
import { type Script, scriptOf } from './script.ts';

const hour = 3600;
const codes = (warnings: readonly { code: string }[]) => warnings.map(({ code }) => code);
const statusOf = (world: LedgerWorld, id = 'd1') => {
  const { deployment_status: status, error_message: error } = world.deployment(id);
  return [status, error];
};
const isOpen = ['in-progress', null];
const isAbandoned = ['failed', 'abandoned'];

const living = identify(fakeContext(), process.pid);
const gone: ProcessIdentity = { ...living, pid: 4_194_000 };

/** An open deployment `d1`, and the script of the next one. */
function open(said: Parameters<Script['start']>[0] = {}): {
  world: LedgerWorld;
  script: Script;
  next: Script;
} {
  const world = ledgerWorld();
  const script = scriptOf(world);
  script.start(said);
  return { world, script, next: scriptOf(world, 'd2') };
}

describe('Next start of the same deployment, environment and host', () => {
  test('start closes a deployment whose last mark is an hour old as abandoned', () => {
    const { world, script, next } = open();
    script.wrap('extract', { seconds: 30 });
    world.pass(hour);
    expect(codes(next.start({ version: '2' }))).toEqual(['ABANDONED']);
    expect(statusOf(world)).toEqual(isAbandoned);
    expect(world.total('deployment_total', ['failure'])).toBe(1);
  });

  test('an abandoned deployment ends at its last mark', () => {
    const { world, script, next } = open();
    script.wrap('extract', { seconds: 30 });
    script.open('migration');
    world.pass(2 * hour);
    next.start({ version: '2' });
    expect(world.deployment()).toMatchObject({
      deployment_completed_at: '2026-01-15T10:00:30.000Z',
      total_duration: 30,
    });
    expect(world.rows("SELECT status, error_type FROM deployment_stages WHERE stage = 'migration'")).toEqual([
      { status: 'failed', error_type: 'canceled' },
    ]);
  });

  test.each([
    ['is kept if the process on it was created before', 0, isOpen],
    ['is abandoned if the process on it was created later', 7_200_000, isAbandoned],
  ])('on Windows a quiet deployment whose PID exists %s', (_, laterMs, expected) => {
    const createdMs = () => Date.parse('2026-01-15T09:59:00Z') + laterMs;
    const world = ledgerWorld({ platform: 'win32', pidNamespace: () => null, createdMs });
    const caller = callingProcess(world.context);
    world.apply(startMark(world.context.instant(), { caller }));
    world.pass(2 * hour);
    const mark = startMark(world.context.instant(), { deploymentId: 'd2', version: '2' });
    const apply = prepareMark(world.context, { database: world.database, mark });
    transaction(world.database, { mode: 'write' }, apply);
    expect(statusOf(world)).toEqual(expected);
  });

  test('a clock that is corrected, and with it the minute of the boot on Windows, abandons no deployment', () => {
    const world = ledgerWorld({ platform: 'win32', pidNamespace: () => null, boot: 'boot-29412345' });
    const caller = callingProcess(world.context);
    world.apply(startMark(world.context.instant(), { caller }));
    world.context.reboot('boot-29412346');
    world.apply(startMark(world.context.instant(), { deploymentId: 'd2', version: '2' }));
    expect(statusOf(world)).toEqual(isOpen);
    world.context.reboot('boot-29419999');
    world.apply(startMark(world.context.instant(), { deploymentId: 'd3', version: '3' }));
    expect(statusOf(world)).toEqual(isAbandoned);
  });

  test('start leaves a more recent deployment open, with a warning that names it', () => {
    const { world, next } = open();
    world.pass(hour - 1);
    const warnings = next.start({ version: '2' });
    expect(codes(warnings)).toEqual(['ALREADY_OPEN']);
    expect(warnings[0]?.message).toContain('deployment d1 of shop/production');
    expect(statusOf(world)).toEqual(isOpen);
  });

  test.each(['a phase', 'a verification', 'a rollback'])(
    '%s counts as the last mark of a deployment',
    (mark) => {
      const { world, script, next } = open();
      world.pass(hour - 60);
      if (mark === 'a phase') script.mark('extract', { seconds: 1 });
      if (mark === 'a verification') script.health();
      if (mark === 'a rollback') script.rollback();
      world.pass(hour - 60);
      next.start({ version: '2' });
      expect(statusOf(world)).toEqual(isOpen);
    },
  );

  test('start closes an abandoned deployment after `--abandon-after`', () => {
    const { world, next } = open();
    world.pass(2);
    next.start({ version: '2', abandonAfterMs: 1000 });
    expect(statusOf(world)).toEqual(isAbandoned);
  });

  test.each([{ instance: 'web-2' }, { environment: 'staging' }, { deployment: 'billing' }])(
    'start ignores an abandoned deployment that differs by %j',
    (said) => {
      const { world, next } = open();
      world.pass(2 * hour);
      expect(next.start({ version: '2', ...said })).toEqual([]);
      expect(statusOf(world)).toEqual(isOpen);
    },
  );

  test('start closes several abandoned deployments', () => {
    const { world, next } = open();
    next.start({ version: '2' });
    world.pass(2 * hour);
    const warnings = scriptOf(world, 'd3').start({ version: '3' });
    expect(warnings).toMatchObject([
      { code: 'ABANDONED', message: expect.stringMatching(/^2 deployments were .*d2 \(.*d1 \(last mark/) },
    ]);
    expect([statusOf(world), statusOf(world, 'd2')]).toEqual([isAbandoned, isAbandoned]);
  });

  test('start reports many open deployments in one warning, and names the newest of them', () => {
    const { world } = open();
    for (const id of ['d2', 'd3', 'd4', 'd5', 'd6', 'd7']) scriptOf(world, id).start({ version: id });
    const warnings = scriptOf(world, 'd8').start({ version: '8' });
    expect(warnings).toMatchObject([
      {
        code: 'ALREADY_OPEN',
        message: expect.stringMatching(
          /^7 deployments of shop\/production are .*: d7 \(since .* and 2 more$/,
        ),
      },
    ]);
  });

  test('start with --join does not close its own deployment', () => {
    const { world, script } = open();
    world.pass(2 * hour);
    expect(script.start({ join: true })).toEqual([]);
    expect(statusOf(world)).toEqual(isOpen);
  });
});

describe('Deployment with a running process', () => {
  test('a deployment is running as long as its caller runs', () => {
    const { world, next } = open({ caller: living });
    world.pass(100 * hour);
    expect(codes(next.start({ version: '2', takeOver: true }))).toEqual(['ALREADY_OPEN']);
    expect(statusOf(world)).toEqual(isOpen);
  });

  test('a deployment is running as long as a wrapped phase runs', () => {
    const { world, next } = open({ caller: gone });
    world.apply(phaseStartMark(world.context.instant(), { runId: unique(), process: living }));
    world.pass(100 * hour);
    next.start({ version: '2' });
    expect(statusOf(world)).toEqual(isOpen);
  });

  test.each([
    ['has ended', gone],
    ['belongs to another boot', { ...living, boot: 'boot-0' }],
    ['was another one with the same PID', { ...living, started: '12345' }],
  ])('a deployment is abandoned if its process %s', (_, caller) => {
    const { world, next } = open({ caller });
    world.pass(hour);
    next.start({ version: '2' });
    expect(statusOf(world)).toEqual(isAbandoned);
  });

  test('a process from before a reboot counts as ended', () => {
    const { world, next } = open({ caller: living });
    world.context.reboot();
    world.pass(1);
    next.start({ version: '2' });
    expect(statusOf(world)).toEqual(isAbandoned);
  });
});

describe('Deployment whose process cannot be checked', () => {
  test.each<[string, ProcessIdentity]>([
    ['is in another PID namespace', { ...living, pidNamespace: 'pid:[2]' }],
    [
      'is in another PID namespace, with a PID that does not exist here',
      { ...gone, pidNamespace: 'pid:[2]' },
    ],
    ['is outside of its container', { ...living, pid: 0 }],
    ['is the first process of its container', { ...living, pid: 1 }],
    ['has no start time', { ...living, started: null }],
    ['has ended and comes from a mark without a namespace', { ...gone, pidNamespace: null }],
    ['has an impossible PID', { ...living, pid: -1 }],
  ])(
    'a deployment is closed only by the age of its last mark, also with --take-over, if its caller %s',
    (_, caller) => {
      const { world, next } = open({ caller });
      world.pass(hour - 1);
      expect(codes(next.start({ version: '2', takeOver: true }))).toEqual(['ALREADY_OPEN']);
      expect(statusOf(world)).toEqual(isOpen);
      world.pass(1);
      expect(codes(scriptOf(world, 'd3').start({ version: '3' }))).toContain('ABANDONED');
      expect(statusOf(world)).toEqual(isAbandoned);
    },
  );

  test('a deployment is running if another of its processes is visible and runs', () => {
    const { world, next } = open({ caller: { ...living, pid: 0 } });
    world.apply(phaseStartMark(world.context.instant(), { runId: unique(), process: living }));
    world.pass(100 * hour);
    next.start({ version: '2', takeOver: true });
    expect(statusOf(world)).toEqual(isOpen);
  });

  test('a deployment whose process cannot be checked is abandoned after a reboot', () => {
    const { world, next } = open({ caller: { ...living, pidNamespace: 'pid:[2]' } });
    world.context.reboot();
    next.start({ version: '2' });
    expect(statusOf(world)).toEqual(isAbandoned);
  });

  test('processes of two containers with the same PID are kept apart', () => {
    const { world, script } = open({ caller: living });
    script.start({ caller: { ...living, pidNamespace: 'pid:[2]' }, join: true });
    expect(world.rows('SELECT count(*) AS kept FROM processes')).toEqual([{ kept: 2 }]);
  });
});

describe('Deployment whose script has ended and whose ID no other process can know', () => {
  const alone = { caller: gone, callerKnowsAlone: true };

  test('the next start closes it at once, also with a phase open', () => {
    const { world, script, next } = open(alone);
    script.open('extract');
    expect(codes(next.start({ version: '2' }))).toEqual(['ABANDONED']);
    expect(statusOf(world)).toEqual(isAbandoned);
  });

  test.each<[string, Parameters<Script['start']>[0]]>([
    ['its script runs', { ...alone, caller: living }],
    ['its script cannot be checked', { ...alone, caller: { ...living, pidNamespace: 'pid:[2]' } }],
    ['other processes can know its ID', { caller: gone }],
    ['it was started by `run`, whose script may still run', { ...alone, callerRole: 'run' }],
    ['nothing is known of its script', { callerKnowsAlone: true }],
  ])('the next start leaves a deployment open if %s', (_, said) => {
    const { world, next } = open(said);
    expect(codes(next.start({ version: '2' }))).toEqual(['ALREADY_OPEN']);
    expect(statusOf(world)).toEqual(isOpen);
  });

  test.each<[string, ProcessIdentity]>([
    ['runs', living],
    ['cannot be checked', { ...living, pidNamespace: 'pid:[2]' }],
  ])('the next start leaves a deployment open if a step of another process %s', (_, step) => {
    const { world, next } = open(alone);
    const { boot, pidNamespace, pid, started } = step;
    const caller = `${boot}/${pidNamespace}/${pid}/${started}`;
    world.apply(phaseStartMark(world.context.instant(), { runId: unique(), caller }));
    next.start({ version: '2' });
    expect(statusOf(world)).toEqual(isOpen);
  });

  test('the next start leaves a deployment open that another process has joined', () => {
    const { world, script, next } = open(alone);
    script.start({ join: true, caller: { ...gone, pid: 4_194_001 } });
    next.start({ version: '2' });
    expect(statusOf(world)).toEqual(isOpen);
  });

  test('a script that ended because of a reboot does not decide if a step ran after it', () => {
    const { world, script, next } = open({ ...alone, caller: living });
    world.context.reboot();
    script.wrap('extract');
    next.start({ version: '2' });
    expect(statusOf(world)).toEqual(isOpen);
  });

  test('push does not close it before --abandon-after', () => {
    const { world } = open(alone);
    const at = world.context.instant();
    const search = { only: {}, except: null, at, abandonAfterMs: 3_600_000, takeOver: false };
    expect(closeAbandoned(world.database, { ...search, life: () => 'dead' })).toEqual([]);
  });
});

describe('After a reboot', () => {
  test('a deployment without running processes is abandoned immediately after a reboot', () => {
    const { world, script, next } = open();
    script.wrap('extract');
    world.context.reboot();
    expect(codes(next.start({ version: '2' }))).toEqual(['ABANDONED']);
    expect(statusOf(world)).toEqual(isAbandoned);
  });

  test('a deployment with a mark after the reboot is not abandoned, since the reboot was one of its steps', () => {
    const { world, script, next } = open();
    world.context.reboot();
    script.wrap('extract');
    expect(codes(next.start({ version: '2' }))).toEqual(['ALREADY_OPEN']);
    expect(statusOf(world)).toEqual(isOpen);
  });
});

describe('Option `--take-over`', () => {
  test('start --take-over closes a recent deployment without a running process', () => {
    const { world, next } = open({ caller: gone });
    world.pass(5);
    expect(codes(next.start({ version: '2', takeOver: true }))).toEqual(['ABANDONED']);
    expect(statusOf(world)).toEqual(isAbandoned);
  });
});

describe('Command `finish --abandoned`', () => {
  test('finish --abandoned closes the deployment as failed with the error `abandoned`', () => {
    const { world, script } = open();
    world.pass(20);
    expect(script.finish({ abandoned: true })).toEqual([]);
    expect(statusOf(world)).toEqual(isAbandoned);
  });

  test('finish --abandoned with an error records that error', () => {
    const { world, script } = open();
    script.finish({ abandoned: true, error: 'the runner was lost' });
    expect(statusOf(world)).toEqual(['failed', 'the runner was lost']);
  });
});

describe('Command `push`', () => {
  test('push closes abandoned deployments of all names, and no others', () => {
    const { world, next } = open();
    next.start({ version: '2', deployment: 'billing' });
    world.pass(hour);
    scriptOf(world, 'd3').start({ version: '3', deployment: 'wiki' });
    const search = {
      only: {},
      except: null,
      at: world.context.instant(),
      abandonAfterMs: 3_600_000,
      takeOver: false,
      life: () => 'dead' as const,
    };
    closeAbandoned(world.database, search);
    expect(['d1', 'd2', 'd3'].map((id) => statusOf(world, id))).toEqual([isAbandoned, isAbandoned, isOpen]);
  });
});

describe('Last mark of a deployment', () => {
  test('the last mark is the start if nothing else was recorded', () => {
    const { world } = open();
    const row = findDeployment(world.database, 'd1');
    expect(row === null ? null : lastMark(world.database, row).wallMs).toBe(
      Date.parse('2026-01-15T10:00:00Z'),
    );
  });
});

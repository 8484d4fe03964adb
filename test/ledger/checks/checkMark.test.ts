import { describe, expect, test } from 'vitest';
import { type CheckedMark, checkMark } from '../../../src/ledger/checks/checkMark.ts';
import type { Mark, PhaseEndMark } from '../../../src/marks.ts';
import { amountLimits, textLimits } from '../../../src/model.ts';
import {
  attempt,
  costMark,
  downtime,
  errorRateMark,
  exited,
  finishMark,
  healthMark,
  later,
  phaseEndMark,
  phaseStartMark,
  rollbackMark,
  smokeMark,
  startMark,
} from '../makeMarks.ts';

const at = { wallMs: Date.parse('2026-01-15T10:00:00Z'), monotonicSeconds: 1000.5, boot: 'boot-1' };
const process = { pid: 4242, started: '77', boot: 'boot-1', pidNamespace: 'pid:[4026531836]' };
const seen = attempt({ at, healthy: false });
const measured = downtime([seen], { beganAt: at, endedAt: later(at, 2) });

const whole: readonly Mark[] = [
  startMark(at, { notes: 'line\nline', url: 'https://ci.example/1', triggeredAtMs: at.wallMs }),
  phaseStartMark(at),
  phaseEndMark(at, {
    runId: 'r',
    startedAt: at,
    durationSeconds: 0.5,
    result: exited(3, { cpuSeconds: 1.5, memoryBytes: 4096, stderrTail: 'no' }),
    downtime: measured,
    migrationCount: 7,
    artifact: { bytes: 5, downloadSeconds: 0.1 },
    databaseBytes: 9,
  }),
  healthMark([seen], { sinceMs: at.wallMs, errorRate: 0.25 }),
  smokeMark(at, { startedAt: at }),
  costMark(at),
  errorRateMark(at, { service: 'worker' }),
  rollbackMark(at, { toVersion: '1', exitCode: -1, error: 'x', step: 'end' }),
  finishMark(at, { status: 'warning', exitCode: 4294967295, probed: [{ runId: 'r', downtime: measured }] }),
];

const asText = (mark: object): unknown => JSON.parse(JSON.stringify(mark));
/** A mark in which one field, given by its path, has another value. */
function said(mark: Mark, path: string, value: unknown): unknown {
  const copy = asText(mark) as Record<string, unknown>;
  const names = path.split('.');
  const last = names.pop() ?? '';
  const place = names.reduce((one, name) => one[name] as Record<string, unknown>, copy);
  place[last] = value;
  return copy;
}
const wrongOf = (checked: CheckedMark) => ('wrong' in checked ? checked.wrong : checked);
const keptOf = (checked: CheckedMark) => {
  if ('wrong' in checked) throw new Error(checked.wrong);
  return checked;
};

describe('Marks read from text', () => {
  test.each(whole)('a mark of the kind $kind is unchanged when it is read from text', (mark) => {
    expect(checkMark(asText(mark), 'ours')).toEqual({ mark, leftOut: [] });
  });

  test('a mark with wall time only is accepted', () => {
    const wall = { wallMs: at.wallMs, monotonicSeconds: null, boot: null };
    expect(keptOf(checkMark(asText(phaseStartMark(wall)), 'anybody')).mark.at).toEqual(wall);
    expect(keptOf(checkMark(said(phaseStartMark(at), 'at', { wallMs: 5 }), 'anybody')).mark.at).toEqual({
      wallMs: 5,
      monotonicSeconds: null,
      boot: null,
    });
  });

  test('unknown fields of a mark are removed', () => {
    expect(keptOf(checkMark({ ...whole[1], evil: '"; DROP' }, 'anybody')).mark).not.toHaveProperty('evil');
    expect(keptOf(checkMark(said(whole[1] as Mark, 'at.evil', 1), 'ours')).mark.at).toEqual(at);
  });

  test.each<[string, Mark, string, unknown]>([
    ['a negative duration', phaseEndMark(at), 'durationSeconds', -40],
    ['a duration of 1e308', phaseEndMark(at), 'durationSeconds', 1e308],
    ['a duration as text', phaseEndMark(at), 'durationSeconds', '5'],
    ['a negative count', phaseEndMark(at), 'migrationCount', -7],
    ['half a migration', phaseEndMark(at), 'migrationCount', 1.5],
    ['an invalid phase', phaseEndMark(at), 'stage', 'Evil Stage\n"}'],
    ['an invalid status', phaseEndMark(at), 'result.status', '<b>'],
    ['an invalid effect on the status', phaseEndMark(at), 'result.judged', 'maybe'],
    ['a service with a line break', phaseEndMark(at), 'service', 'a\nb'],
    ['an empty service', phaseStartMark(at), 'service', ''],
    ['a negative cost', costMark(at), 'usd', -3],
    ['a cost of 1e308', costMark(at), 'usd', 1e308],
    ['a cost below zero', costMark(at), 'usd', -0.5],
    ['no cost', costMark(at), 'usd', null],
    ['a resource without a name', costMark(at), 'resource', ''],
    ['an error rate of 7700 %', errorRateMark(at), 'errorRate', 77],
    ['a test of 201 characters', smokeMark(at), 'test', 'x'.repeat(201)],
    ['a reason with a lone surrogate', rollbackMark(at), 'reason', '\ud800'],
    ['an invalid step', rollbackMark(at), 'step', 'middle'],
    ['a negative latency', healthMark([seen]), 'attempts', [{ ...seen, latencySeconds: -1 }]],
    ['invalid attempts', healthMark([seen]), 'attempts', 'many'],
    ['an ID with a path', finishMark(at), 'deploymentId', '../x'],
    ['the ID none', finishMark(at), 'deploymentId', 'none'],
    ['a mark ID with a space', finishMark(at), 'markId', 'a b'],
    ['the status in-progress', finishMark(at), 'status', 'in-progress'],
    ['an impossible exit code', finishMark(at), 'exitCode', 1e12],
    ['a time before 1970', finishMark(at), 'at.wallMs', -1],
    ['a time in the year 300000', finishMark(at), 'at.wallMs', 9.4e15],
    ['no time', finishMark(at), 'at', null],
    ['a flag that is a text', finishMark(at), 'discard', 'yes'],
    ['a deployment without a name', startMark(at), 'deployment', null],
    ['an environment of 256 bytes', startMark(at), 'environment', 'x'.repeat(256)],
    ['too many package managers', startMark(at), 'track', { files: [], packages: Array(11).fill('pip') }],
    ['a version of 40,000 characters', startMark(at), 'version', 'x'.repeat(40_000)],
    ['an abandonment time of a million years', startMark(at), 'abandonAfterMs', 1e20],
  ])('a mark with %s is rejected, and the field is named', (_, mark, path, value) => {
    const wrong = wrongOf(checkMark(said(mark, path, value), 'ours'));
    expect(wrong).toEqual(expect.stringMatching(/^\S+ (is|holds) .*expected /));
    expect(wrong).toMatch(new RegExp(`^${path.replaceAll('.', '\\.')}`));
  });

  test.each<[string, Mark, string, unknown]>([
    ['a negative CPU time', phaseEndMark(at), 'result.cpuSeconds', -5],
    ['memory that is not a number', phaseEndMark(at), 'result.memoryBytes', 'much'],
    ['half a byte', phaseEndMark(at), 'databaseBytes', 0.5],
    ['a very negative monotonic clock', phaseEndMark(at), 'at.monotonicSeconds', -1e300],
    ['a monotonic clock of 1e300', phaseEndMark(at), 'at.monotonicSeconds', 1e300],
    ['a trigger before 1970', startMark(at), 'triggeredAtMs', -5],
    ['an author of 300 characters', startMark(at), 'triggeredBy', 'x'.repeat(300)],
    ['a ratio of two', healthMark([seen]), 'errorRate', 2],
  ])('a mark with %s is accepted without that value, and the field is named', (_, mark, path, value) => {
    const { mark: kept, leftOut } = keptOf(checkMark(said(mark, path, value), 'ours'));
    expect(leftOut).toEqual([expect.stringContaining(`${path} is `)]);
    const found = path
      .split('.')
      .reduce<unknown>((one, name) => (one as Record<string, unknown>)[name], kept);
    expect(found).toBeNull();
  });

  test('a text that is too long is cut to its end', () => {
    const notes = `${'ä'.repeat(50_000)}the end`;
    const { mark } = keptOf(checkMark(asText(finishMark(at, { notes })), 'ours'));
    const kept = (mark as { notes: string }).notes;
    expect(Buffer.byteLength(kept)).toBeLessThanOrEqual(textLimits.long);
    expect(kept).toMatch(/^ä+the end$/);
  });

  test('invalid declarations are removed from a mark', () => {
    const declare = {
      services: ['api', 'a\nb'],
      stages: [],
      tests: ['', 'login'],
      resources: [],
      checkTypes: [],
    };
    const { mark, leftOut } = keptOf(checkMark(asText(startMark(at, { declare })), 'anybody'));
    expect((mark as unknown as { declare: typeof declare }).declare).toMatchObject({
      services: ['api'],
      tests: ['login'],
    });
    expect(leftOut.map((one) => one.split(' ')[0])).toEqual(['declare.services[1]', 'declare.tests[0]']);
  });

  test.each([null, 5, 'x', [], [[]], {}, { kind: 5 }, { kind: 'constructor' }, { kind: '__proto__' }])(
    '%j is rejected as a mark',
    (value) => {
      expect(checkMark(value, 'ours')).toEqual({ wrong: expect.any(String) });
    },
  );

  test('an error about a mark contains only a few visible characters of its text', () => {
    const evil = `\u001b[31m\u202e##vso[task]${'x'.repeat(500)}`;
    const wrong = wrongOf(checkMark(said(phaseEndMark(at), 'stage', evil), 'anybody')) as string;
    expect(wrong).toMatch(/^[\x20-\x7e]{1,250}$/);
    expect(checkMark({ kind: evil }, 'anybody')).toEqual({
      wrong: expect.stringMatching(/^[\x20-\x7e]{1,250}$/),
    });
  });
});

describe('Marks from untrusted writers', () => {
  const start = startMark(at, {
    pythonCommand: './evil.sh',
    caller: process,
    track: { files: ['/etc/shadow'], packages: ['pip'] },
  });
  const phase = phaseStartMark(at, { process, prober: { process, file: '/etc/passwd' } });

  test('a mark from an untrusted writer cannot name a program, a file or a process', () => {
    expect(keptOf(checkMark(asText(start), 'anybody')).mark).toEqual(
      startMark(at, { markId: start.markId, pythonCommand: null, caller: null }),
    );
    expect(keptOf(checkMark(asText(phase), 'anybody')).mark).toEqual({
      ...phase,
      process: null,
      prober: null,
    });
  });

  test('a mark written by this account alone may name programs, files and processes', () => {
    expect(keptOf(checkMark(asText(start), 'ours')).mark).toEqual(start);
    expect(keptOf(checkMark(asText(phase), 'ours')).mark).toEqual(phase);
  });

  const caller = 'boot-1/pid:[4026531836]/4242/77';

  test.each([caller, 'boot-1//4242/', null])('a mark keeps the token %j of its caller', (token) => {
    for (const mark of [phaseStartMark(at, { caller: token }), phaseEndMark(at, { caller: token })])
      expect(keptOf(checkMark(asText(mark), 'anybody')).mark).toEqual(mark);
  });

  test.each(['', 'x', '/pid:[1]/1/1', 'boot-1//0/', 'b/c//1/1', `${'b'.repeat(201)}//1/`, 'b//1/\u001b', 7])(
    'the invalid token %j of a caller is removed from a mark',
    (token) => {
      const { mark, leftOut } = keptOf(checkMark(said(phaseEndMark(at), 'caller', token), 'ours'));
      expect((mark as PhaseEndMark).caller).toBeNull();
      expect(leftOut).toHaveLength(1);
    },
  );

  test.each([-1, 0.5, 1e12, '7'])('a process with the PID %j is removed from a mark', (pid) => {
    const { mark, leftOut } = keptOf(checkMark(said(phase, 'process.pid', pid), 'ours'));
    expect((mark as typeof phase).process).toBeNull();
    expect(leftOut).toHaveLength(1);
  });
});

test('a mark accepts exactly the values that the command line accepts', () => {
  const edges: readonly [keyof typeof amountLimits, Mark, string][] = [
    ['seconds', phaseEndMark(at), 'durationSeconds'],
    ['migrations', phaseEndMark(at), 'migrationCount'],
    ['usd', costMark(at), 'usd'],
    ['share', errorRateMark(at), 'errorRate'],
    ['exitCode', finishMark(at), 'exitCode'],
    ['wallMs', finishMark(at), 'at.wallMs'],
    ['ageMs', startMark(at), 'abandonAfterMs'],
  ];
  for (const [name, mark, path] of edges) {
    const { min, max } = amountLimits[name];
    for (const value of [min, max])
      expect(checkMark(said(mark, path, value), 'ours')).not.toHaveProperty('wrong');
    for (const value of [min - 1, max + 1])
      expect(checkMark(said(mark, path, value), 'ours')).toHaveProperty('wrong');
  }
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readMark } from '../../src/phases/outputMarks/readMark.ts';

const at = '2026-01-14T18:47:15.250Z';
const atMs = Date.parse(at);

test.each([
  ['phase start build', { kind: 'phase-start', stage: 'build', atMs: null }],
  [`phase start venv-rebuild --at ${at}`, { kind: 'phase-start', stage: 'venv_rebuild', atMs }],
  ['phase end x', { kind: 'phase-end', stage: 'x', exitCode: null, status: 'success', atMs: null }],
  [
    `phase end x --at=${at} --exit-code 3`,
    { kind: 'phase-end', stage: 'x', exitCode: 3, status: 'failed', atMs },
  ],
  [
    'phase end x --status failed',
    { kind: 'phase-end', stage: 'x', exitCode: null, status: 'failed', atMs: null },
  ],
  ['phase record x --duration 1m30s', { kind: 'phase-record', stage: 'x', durationSeconds: 90, atMs: null }],
  ['smoke login page --passed', { kind: 'smoke', test: 'login page', passed: true, atMs: null }],
  [`smoke login --failed --at ${at}`, { kind: 'smoke', test: 'login', passed: false, atMs }],
  ['error-rate 0.25', { kind: 'error-rate', ratio: 0.25, atMs: null }],
  ['notes @/etc/passwd --id 7', { kind: 'notes', text: '@/etc/passwd --id 7', atMs: null }],
  [`notes --at ${at} by hand`, { kind: 'notes', text: 'by hand', atMs }],
])('the line %j is read as a mark', (text, mark) => {
  expect(readMark(text)).toEqual(mark);
});

test.each([
  '',
  'phase',
  'phase start',
  'phase start Build',
  'phase start build twice',
  'phase start x --id abc',
  'phase start x --ledger /tmp/l.db',
  'phase start x --gateway http://localhost',
  'phase start x --service api',
  'phase start x --host web-1',
  'phase start cutover --probe http://localhost',
  'phase start x --at yesterday',
  'phase start x --at 2026-01-14T18:47:15',
  'phase start x --at 2026-01-14',
  `phase start x --at ${at} --at ${at}`,
  'phase end x --exit-code',
  'phase end x --exit-code abc',
  'phase end x --exit-code 99999999999',
  'phase end x --status warning',
  'phase end x --error @/etc/passwd',
  'phase end x --duration 5s',
  'phase record x',
  'phase record x --duration -5s',
  'phase record x --duration 5s --started 2026-01-14T18:47:15Z',
  'phase run x -- rm -rf /',
  'smoke login',
  'smoke --passed',
  'smoke login --passed --failed',
  'smoke login --passed=1',
  'smoke login -- reboot',
  'error-rate 2',
  'error-rate x',
  'error-rate 0.1 --of other',
  'notes',
  'notes  ',
  'notes --at never text',
  'start --deployment x',
  'finish',
  'rollback --reason x',
  'cost a 3',
  'health http://localhost',
  'import /etc/passwd',
  'phase start x\u001b[2J',
  'phase start x\u0000',
  'notes by\u001b[2J hand',
  'smoke a\u0007b --passed',
  'phase end x --passed',
])('the line %j is ordinary output', (text) => {
  expect(readMark(text)).toBeNull();
});

test('nothing but the listed kinds with their own fields comes out of any line', () => {
  const part = fc.oneof(
    fc.constantFrom(
      ...'phase start end record run smoke error-rate notes finish rollback build x y'.split(' '),
      ...'--at --exit-code --status --duration --passed --failed --id --service --gateway --ledger'.split(
        ' ',
      ),
      ...'--host --of --process --run-id --error -- - @/etc/passwd 0 3 0.5 5s failed success'.split(' '),
      at,
    ),
    fc.string({ unit: 'binary', maxLength: 20 }),
    fc.string({ maxLength: 20 }),
  );
  const fields = {
    'phase-start': ['kind', 'stage', 'atMs'],
    'phase-end': ['kind', 'stage', 'exitCode', 'status', 'atMs'],
    'phase-record': ['kind', 'stage', 'durationSeconds', 'atMs'],
    smoke: ['kind', 'test', 'passed', 'atMs'],
    'error-rate': ['kind', 'ratio', 'atMs'],
    notes: ['kind', 'text', 'atMs'],
  };
  fc.assert(
    fc.property(fc.array(part, { maxLength: 9 }), (parts) => {
      const mark = readMark(parts.join(' '));
      if (mark === null) return;
      expect(Object.keys(mark).sort()).toEqual([...fields[mark.kind]].sort());
      const { stage = 'x' } = mark as { stage?: string };
      expect(stage).toMatch(/^[a-z][a-z0-9_]{0,62}$/);
    }),
    { numRuns: 3000 },
  );
});

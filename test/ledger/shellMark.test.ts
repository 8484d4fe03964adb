import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkMark } from '../../src/ledger/checks/checkMark.ts';
import { markOf } from '../../src/ledger/journal/readJournal.ts';
import { onThisClock, shellMark } from '../../src/ledger/journal/shellMark.ts';

const boot = '2f6c48f5-53c6-4662-8698-be0214833649';
const caller = `${boot}/pid:[4026531836]/4711/51947`;
const line = (mark: string, more: Record<string, unknown> = {}) => ({
  shell: 1,
  deploymentId: 'd1',
  clock: `1700000000000.25 ${boot}`,
  caller,
  mark,
  ...more,
});
const stamp = '1700000100.250750';

describe('Lines of a shell', () => {
  test('a start and an end are marks with the caller, the service and the time of the shell', () => {
    const start = shellMark(line(`${stamp} 1 phase-start build`, { service: 'web' }));
    expect(start?.mark).toMatchObject({
      kind: 'phase-start',
      stage: 'build',
      service: 'web',
      caller,
      at: { wallMs: 1700000100250.75, boot },
    });
    expect(start?.mark.at.monotonicSeconds).toBeCloseTo(100.2505, 6);
    const end = shellMark(line('1700000101,000001 2 phase-end health 3'))?.mark;
    expect(end).toMatchObject({
      kind: 'phase-end',
      stage: 'health_check',
      service: null,
      runId: null,
      at: { wallMs: 1700000101000.001 },
      result: { status: 'failed', exitCode: 3, errorMessage: 'exit code 3', judged: 'yes' },
    });
  });

  test('the end of a function names the run that its start has made', () => {
    const start = shellMark(line(`${stamp} 7 phase-start f`))?.mark;
    const end = shellMark(line(`1700000102.000000 8 phase-end f 0 allowed ${stamp}/7`))?.mark;
    if (start?.kind !== 'phase-start' || end?.kind !== 'phase-end') throw new Error('no marks');
    expect(end.runId).toBe(start.runId);
    expect(end.result).toMatchObject({ status: 'success', exitCode: 0, judged: 'allowed' });
    expect(end.markId).not.toBe(start.markId);
  });

  test('an error is the reason of a failure, with an exit code and alone', () => {
    const resultOf = (mark: string, error: string) => {
      const found = shellMark(line(mark, { error }))?.mark;
      return found?.kind === 'phase-end' ? found.result : null;
    };
    expect(resultOf(`${stamp} 1 phase-end build -`, 'no disk')).toMatchObject({
      ...{ status: 'failed', exitCode: null, errorType: 'other', errorMessage: 'no disk' },
    });
    expect(resultOf(`${stamp} 1 phase-end build 3 yes ${stamp}/7`, 'no disk')).toMatchObject({
      ...{ status: 'failed', exitCode: 3, errorType: 'exit_code', errorMessage: 'no disk' },
    });
  });

  test.each([
    `${stamp} 1 phase-start`,
    `${stamp} 1 phase-start 9a`,
    `${stamp} 1 phase-start build; rm`,
    `${stamp} 1 phase-end build 3 never ${stamp}/1`,
    `${stamp} 1 phase-end build 3000`,
    `${stamp} 1 finish`,
    '1 1 phase-start build',
    `${stamp} phase-start build`,
  ])('the line %j is not a mark', (text) => {
    expect(markOf(JSON.stringify(line(text)))).toBeNull();
  });

  test('no line of a shell, whatever it has, becomes a mark that is not valid', () => {
    const words = fc.constantFrom(
      stamp,
      '1',
      'phase-start',
      'phase-end',
      'build',
      '-',
      '0',
      'yes',
      `${stamp}/1`,
    );
    const mark = fc.oneof(
      fc.string(),
      fc.array(words, { maxLength: 8 }).map((all) => all.join(' ')),
      fc.string().map((text) => `${stamp} 1 phase-end ${text}`),
    );
    const fields = fc.record(
      {
        shell: fc.constant(1),
        deploymentId: fc.oneof(fc.constant('d1'), fc.anything()),
        clock: fc.oneof(fc.constant(`1.5 ${boot}`), fc.string()),
        caller: fc.oneof(fc.constant(caller), fc.string(), fc.anything()),
        service: fc.oneof(fc.constant('web'), fc.string(), fc.anything()),
        mark,
      },
      { requiredKeys: ['shell'] },
    );
    fc.assert(
      fc.property(fields, (given) => {
        const found = markOf(JSON.stringify(given));
        if (found === null) return;
        const checked = checkMark(found, 'anybody');
        if ('wrong' in checked) return;
        expect(['phase-start', 'phase-end']).toContain(checked.mark.kind);
        expect(checked.mark.deploymentId).toMatch(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/);
      }),
      { numRuns: 400 },
    );
    expect(markOf(JSON.stringify(line(`${stamp} 1 phase-start build`)))).not.toBeNull();
  });
});

describe('The clock of a shell', () => {
  const found = shellMark(line(`${stamp} 1 phase-start build`));
  if (found === null) throw new Error('no mark');
  const { mark, clock } = found;
  const nowAt = (offsetMs: number, ofBoot = boot) => ({
    wallMs: 300_000 + offsetMs,
    monotonicSeconds: 300,
    boot: ofBoot,
  });

  test('a mark has the monotonic time that belongs to its wall time', () => {
    const { at } = onThisClock(mark, { clock, now: nowAt(clock.offsetMs + 3) });
    expect(at.monotonicSeconds).toBeCloseTo(100.2505, 6);
  });

  test('a clock that was corrected a little since then is followed', () => {
    const { at } = onThisClock(mark, { clock, now: nowAt(clock.offsetMs + 40) });
    expect(at.monotonicSeconds).toBeCloseTo(100.2105, 6);
  });

  test('a shell that measures on the monotonic clock is right even if the wall clock was set', () => {
    const measured = shellMark(
      line(`${stamp} 1 phase-start build`, { clock: `1700000000000.25 ${boot} monotonic` }),
    );
    if (measured === null) throw new Error('no mark');
    const now = nowAt(clock.offsetMs + 3_600_000);
    expect(onThisClock(measured.mark, { clock: measured.clock, now }).at.monotonicSeconds).toBeCloseTo(
      100.2505,
      6,
    );
    const later = nowAt(clock.offsetMs, 'another-boot');
    expect(onThisClock(measured.mark, { clock: measured.clock, now: later }).at.monotonicSeconds).toBeNull();
  });

  test.each([
    ['set by an hour', nowAt(clock.offsetMs + 3_600_000)],
    ['set back', nowAt(clock.offsetMs - 5000)],
    ['of another boot', nowAt(clock.offsetMs, 'another-boot')],
  ])('after a clock %s only the wall time counts', (_, now) => {
    expect(onThisClock(mark, { clock, now }).at).toMatchObject({
      wallMs: mark.at.wallMs,
      monotonicSeconds: null,
    });
  });
});

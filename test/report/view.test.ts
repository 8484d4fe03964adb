import { describe, expect, test } from 'vitest';
import { wantsColor } from '../../src/output.ts';
import { asciiOnly, loadPaint, plainPaint, viewOf } from '../../src/report/terminal/view.ts';
import { fakeContext } from '../support/context.ts';

describe('Colors', () => {
  test.each([
    [{}, true, true],
    [{}, false, false],
    [{ NO_COLOR: '1' }, true, false],
    [{ NO_COLOR: '' }, true, true],
    [{ FORCE_COLOR: '1' }, false, true],
    [{ FORCE_COLOR: '0' }, true, false],
    [{ FORCE_COLOR: '1', NO_COLOR: '1' }, false, true],
    [{ TERM: 'dumb' }, true, false],
  ])('colors with %j on a terminal (%s): %s', (env, isTerminal, colour) => {
    expect(wantsColor(env, isTerminal)).toBe(colour);
  });

  test('colors are those of the terminal, and absent if they are not wanted', async () => {
    const paint = await loadPaint(true);
    expect(paint('bad', 'x')).toBe('\u001b[31mx\u001b[39m');
    expect(paint('bad', '')).toBe('');
    expect(await loadPaint(false)).toBe(plainPaint);
  });
});

test.each([
  [{ LANG: 'en_US.UTF-8' }, 'linux', false],
  [{ LANG: 'de_DE.utf8' }, 'linux', false],
  [{ LANG: 'C' }, 'linux', true],
  [{}, 'linux', true],
  [{ LANG: 'en_US.UTF-8', LC_ALL: 'C' }, 'linux', true],
  [{ LC_CTYPE: 'UTF-8', LANG: 'C' }, 'darwin', false],
  [{ LANG: 'en_US.UTF-8' }, 'win32', true],
] as const)('with %j on %s, ASCII only is %s', (env, platform, ascii) => {
  expect(asciiOnly({ env, platform })).toBe(ascii);
});

test('a terminal has a width and local times, and a pipe neither', async () => {
  const context = fakeContext({
    stdout: { isTerminal: true, columns: 100 },
    env: { LANG: 'C.UTF-8', NO_COLOR: '1' },
  });
  expect(await viewOf(context)).toEqual({
    width: 100,
    local: true,
    ascii: false,
    paint: plainPaint,
    nowMs: context.instant().wallMs,
  });
  expect(await viewOf(context, 'stderr')).toMatchObject({ width: undefined, local: false });
});

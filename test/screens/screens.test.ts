import { beforeAll, describe, expect, test } from 'vitest';
import { because } from '../support/because.ts';
import type { Program } from '../support/program.ts';
import { hasTmux, screenOf } from './screen.ts';
import { shopLedger } from './shopLedger.ts';

const commands = ['show', 'history', 'stats', 'report', 'doctor'] as const;
const esc = '\u001b';

let program: Program;
beforeAll(async () => {
  program = await shopLedger();
}, 60_000);

/** One command on a real terminal, with what changes from run to run and from host to host left out. */
async function shown(
  command: string,
  how: { columns: number; env?: Readonly<Record<string, string>>; colors?: boolean },
): Promise<string> {
  const env = { ...program.env, LANG: 'C.UTF-8', TZ: 'UTC', ...how.env };
  const text = await screenOf([...program.words, command], { ...how, env });
  return `${text
    .replaceAll(program.ledger, '<ledger>')
    .replaceAll(/\d{4}-\d\d-\d\d( \d\d:\d\d:\d\d)?/g, (time) => time.replaceAll(/\d/g, '0'))
    .replaceAll(/SQLite [\d.]+/g, 'SQLite <version>')}\n`;
}

describe.skipIf(because(!hasTmux, 'no tmux; scripts/install-tools tmux'))(
  'Screens of a real terminal',
  { timeout: 60_000 },
  () => {
    const cases = commands
      .filter((command) => command !== 'doctor')
      .flatMap((command) => [40, 80, 140].map((columns) => ({ command, columns })));
    test.each(cases)('$command on $columns columns looks as stored', async ({ command, columns }) => {
      const text = await shown(command, { columns });
      await expect(text).toMatchFileSnapshot(`golden/${command}-${columns}.txt`);
    });

    test.each(['show', 'history', 'stats', 'report'])(
      '%s in a locale without UTF-8 is ASCII only, and looks as stored',
      async (command) => {
        const text = await shown(command, { columns: 80, env: { LANG: 'C' } });
        expect(text).toMatch(/^[\n\x20-\x7e]*$/);
        await expect(text).toMatchFileSnapshot(`golden/${command}-80-ascii.txt`);
      },
    );

    test.each(commands)('%s has colors on a terminal, and none with NO_COLOR', async (command) => {
      expect(await shown(command, { columns: 80, colors: true })).toContain(esc);
      expect(await shown(command, { columns: 80, colors: true, env: { NO_COLOR: '1' } })).not.toContain(esc);
    });

    test('an error is wrapped between words to the width of the terminal, with its kind in red', async () => {
      const words = [...program.words, 'history', '--status', 'fail'];
      const env = { ...program.env, LANG: 'C', TERM: 'xterm' };
      expect((await screenOf(words, { env, columns: 40 })).split('\n')).toEqual([
        'deploytrack: error: invalid value "fail"',
        '  for --status; expected in-progress,',
        '  success, warning, failed',
        'deploytrack: hint: use --status failed',
      ]);
      expect(await screenOf(words, { env, columns: 80, colors: true })).toContain(`${esc}[31merror:`);
    });

    test('doctor begins with its findings, and lists what is set after them', async () => {
      const lines = (await shown('doctor', { columns: 140 })).split('\n');
      expect(lines[0]).toMatch(/^(ok|WRONG) /);
      expect(lines.findIndex((line) => line.startsWith('ledger '))).toBeGreaterThan(0);
    });
  },
);

import { expect, test } from 'vitest';
import { runInTerminal } from '../child/front.ts';
import { newProgram, type Program } from '../support/program.ts';
import { usageErrorWithHint } from './lines.ts';

const [enter, leave] = ['\u001b[?1049h\u001b[?25l', '\u001b[?25h\u001b[?1049l'];

function inTerminal(program: Program, script: string, keys: { after: string; keys: string }[] = []) {
  const shell = script.replaceAll('deploytrack', program.words.map((word) => `'${word}'`).join(' '));
  return runInTerminal({ words: ['bash', '-c'], env: { ...program.env, TERM: 'xterm' } }, [shell], keys);
}

test('show --watch follows a deployment on a screen of its own, and prints it when it has ended', async () => {
  const program = newProgram();
  await program.quiet(['start', '--deployment', 'app', '--version', '7.8.9', '--id', 'd1']);
  const others = `(
    deploytrack phase start extract --id d1; sleep 1.2; deploytrack phase end extract --id d1; deploytrack finish --id d1
  ) >/dev/null 2>&1 &`;
  const { output, code } = await inTerminal(
    program,
    `${others} deploytrack show --watch d1; echo "code $?"; wait`,
  );
  expect(code).toBe(0);
  const [before, watched = '', after = ''] = output.split(/\u001b\[\?1049[hl]/);
  expect(before).not.toContain('7.8.9');
  expect(output).toContain(enter);
  expect(output.split(leave)).toHaveLength(2);
  expect(watched).toMatch(/7\.8\.9.*extract/s);
  expect(after).toMatch(/✓|\+/);
  expect(after).toMatch(/7\.8\.9.*extract.*code 0/s);
});

test('show --watch of a deployment that has ended prints it at once', async () => {
  const program = newProgram();
  await program.run(['run', '--deployment', 'app', '--version', '7.8.9', '--', 'true']);
  const { output } = await inTerminal(program, 'deploytrack show --watch');
  expect(output).toContain('7.8.9');
  expect(output).not.toContain(enter);
});

test('Ctrl-C ends history --watch with the terminal as it was', async () => {
  const program = newProgram();
  await program.run(['run', '--deployment', 'app', '--version', '7.8.9', '--', 'true']);
  const script = 'trap : INT; deploytrack history --watch; echo "code $?"';
  const { output } = await inTerminal(program, script, [{ after: '7.8.9', keys: '\u0003' }]);
  expect(output.split(enter)).toHaveLength(2);
  const [, after] = output.split(leave);
  expect(after).toContain('code 130');
});

test('history --watch draws anew when the size of the terminal changes, and no more lines than fit', async () => {
  const program = newProgram();
  for (const version of ['1.1.1', '2.2.2', '3.3.3', '4.4.4', '5.5.5'])
    await program.run(['run', '--deployment', 'app', '--version', version, '--', 'true']);
  const script = `stty rows 4 cols 100; trap : INT; tty=$(tty)
    (until grep -q . seen 2>/dev/null; do sleep .05; done; stty rows 20 cols 100 <"$tty") &
    deploytrack history --watch`;
  const { output } = await inTerminal(program, script.replace('grep -q . seen 2>/dev/null', 'sleep 1'), [
    { after: '1.1.1', keys: '\u0003' },
  ]);
  const [first = '', ...others] = output.split('\u001b[H').slice(1);
  expect(first).toContain('5.5.5');
  expect(first).not.toContain('1.1.1');
  expect(others.join('')).toContain('1.1.1');
});

test.each([
  [['show', '--watch'], /show: --watch requires a terminal/],
  [['history', '--watch'], /history: --watch requires a terminal/],
  [['history', '--watch', '--json'], /history: --watch and --format json cannot be used together/],
])('%j is a usage error in a pipe', async (words, message) => {
  expect(usageErrorWithHint(await newProgram().run(words))).toMatch(message);
});

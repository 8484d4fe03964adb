import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { newProgram } from '../support/program.ts';

/**
 * What `cat /proc/self/environ` prints when the caller has set bytes that are not UTF-8, which no string of
 * Node can hold.
 */
function called(setting: string) {
  const program = newProgram({ env: { DEPLOYTRACK_ID: 'none', DEPLOYTRACK_WARNINGS: 'off' } });
  const ours = program.words.map((word) => `'${word}'`).join(' ');
  const run = (words: string) => {
    const script = `cd '${program.folder}'; exec env ${setting} ${words}`;
    return program.run(['run', '--version', '1', '--deployment', 'app', '--', 'bash', '-c', script]);
  };
  return { program, ours, run };
}

const dump = `sh -c "cat /proc/self/environ | tr '\\\\0' '\\\\n' | LC_ALL=C sort | grep -a -v -e ^_= -e ^DEPLOYTRACK | od -An -tx1"`;

describe('A variable that is not UTF-8', () => {
  test.each([
    ['a password', "$'PW=p\\xe4ss'"],
    [
      'several, with empty lines and shell characters',
      "$'A=\\xff\\n\\n' $'B=\\x80%s\\\\n$(x)\\'\\\"' C=plain",
    ],
    ['one that is partly UTF-8', "$'MIX=gr\\xc3\\xbcn\\xfc' GOOD=grün"],
    ['a long one', '"BIG=$(printf \'\\344%.0s\' {1..20000})"'],
  ])('a variable that is not UTF-8 reaches the command byte for byte: %s', async (_, setting) => {
    const { ours, run } = called(setting);
    const bare = await run(dump);
    const wrapped = await run(`${ours} phase run x -- ${dump}`);
    expect(bare.stdout.length).toBeGreaterThan(100);
    expect([wrapped.code, wrapped.stdout]).toEqual([0, bare.stdout]);
  });

  test('a variable that is not UTF-8 does not change how the command ends', async () => {
    const { ours, run } = called("$'PW=p\\xe4ss'");
    expect(await run(`${ours} phase run x -- sh -c 'exit 3'`)).toMatchObject({ code: 3 });
    expect(await run(`${ours} phase run x -- sh -c 'kill -TERM $$'`)).toMatchObject({ signal: 'SIGTERM' });
    expect(await run(`${ours} phase run x -- no-such-command`)).toMatchObject({ code: 127 });
  });

  test('the command is not run and deploytrack exits with 126 if passing a variable that is not UTF-8 would lose another one', async () => {
    const { ours, run } = called("$'PW=p\\xe4ss' odd-name=1");
    const end = await run(`${ours} phase run x -- echo ran`);
    expect([end.code, end.stdout]).toEqual([126, '']);
    expect(end.stderr).toContain(
      'echo: not run, the variable PW is not valid UTF-8, and no shell can pass on a variable named "odd-name"',
    );
  });

  test('a variable that is not UTF-8 reaches the command of a health check too', async () => {
    const { ours, run } = called("$'PW=p\\xe4ss'");
    const check = `test "$(printf %s "$PW" | od -An -tx1)" = " 70 e4 73 73"`;
    const end = await run(`${ours} health --check-type x --timeout 20s -- sh -c '${check}'`);
    expect(end.code).toBe(0);
  });
});

test('a command runs in the current working folder even if its name is not UTF-8', async () => {
  const { program, ours, run } = called('X=1');
  mkdirSync(Buffer.concat([Buffer.from(join(program.folder, 'p')), Buffer.from([0xe4])]));
  const inside = (words: string) => `bash -c 'cd p*; ${words}'`;
  const bare = await run(inside('pwd | od -An -tx1'));
  const wrapped = await run(inside(`${ours.replaceAll("'", '')} phase run x -- sh -c "pwd | od -An -tx1"`));
  expect([wrapped.code, wrapped.stdout]).toEqual([0, bare.stdout]);
  const checked = await run(
    inside(`${ours.replaceAll("'", '')} health --check-type x --timeout 20s -- true`),
  );
  expect(checked.code).toBe(0);
});

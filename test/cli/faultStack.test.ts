import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { newProgram } from '../support/program.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** What a fault of ours would do, from outside: the function that every JSON answer needs throws. */
async function stackOf(env: Record<string, string>) {
  const program = newProgram({ env });
  const fault = join(program.folder, 'fault.cjs');
  writeFileSync(fault, 'JSON.stringify = () => { throw new TypeError("broken"); };');
  const { stderr, code } = await program.run(['history', '--format', 'json'], {
    env: { NODE_OPTIONS: `--require ${fault}` },
  });
  return { code, stderr };
}

test('with DEPLOYTRACK_DEBUG=1 the stack of an internal error names files and lines of the sources', async () => {
  const { code, stderr } = await stackOf({ DEPLOYTRACK_DEBUG: '1' });
  expect(code).toBe(1);
  const places = [...stderr.matchAll(/src\/([\w/]+\.ts):(\d+):\d+/g)].map(([, file = '', line = '']) => ({
    file,
    line: Number(line),
  }));
  expect(places.map(({ file }) => file)).toEqual(
    expect.arrayContaining(['report/json.ts', 'commands/history.ts', 'cli/runCommand.ts']),
  );
  expect(stderr).not.toMatch(/dist\/[\w-]+\.cjs:\d+:\d+\)/);
  const json = places.find(({ file }) => file === 'report/json.ts');
  const line = readFileSync(join(root, 'src/report/json.ts'), 'utf8').split('\n')[(json?.line ?? 0) - 1];
  expect(line).toContain('JSON.stringify(');
});

test('without it one line names the part and where in it', async () => {
  const { code, stderr } = await stackOf({});
  expect(code).toBe(1);
  expect(
    stderr.split('\n').filter((line) => /internal error: TypeError at [\w-]+\.cjs:\d+:\d+;/.test(line)),
  ).toHaveLength(1);
  expect(stderr).not.toContain('    at ');
});

import { expect, test } from 'vitest';
import { programOutput } from '../../src/host/programOutput.ts';

const ask = (script: string, timeoutMs: number) =>
  programOutput(['sh', '-c', script], { cwd: '/', timeoutMs });

test('the output of a program is returned', async () => {
  expect(await ask('echo out; echo err >&2', 60_000)).toEqual({
    stdout: 'out',
    stderr: 'err',
    succeeded: true,
  });
  expect(await ask('exit 3', 60_000)).toMatchObject({ succeeded: false });
  expect(await programOutput(['/no/such/program'], { cwd: '/', timeoutMs: 60_000 })).toMatchObject({
    succeeded: false,
  });
});

test.each([
  ['a child process holds its output open', 'echo said; sleep 60 & wait'],
  ['it ignores SIGTERM', 'trap "" TERM; echo said; sleep 60'],
])('a program is stopped after its time limit even if %s', async (_, script) => {
  const beganMs = performance.now();
  expect(await ask(script, 200)).toMatchObject({ stdout: 'said', succeeded: false });
  expect(performance.now() - beganMs).toBeLessThan(30_000);
});

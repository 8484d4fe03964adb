import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { endOf, newProgram, startDeployment } from '../support/program.ts';

test('a mark saved to the journal is on disk before the warning reports it', async () => {
  const program = newProgram();
  const id = await startDeployment(program);
  const trace = join(program.folder, 'trace');
  mkdirSync(join(program.folder, 'blocked.db'));
  const words = ['-f', '-y', '-s', '512', '-e', 'trace=write,pwrite64,fdatasync,fsync', '-o', trace];
  const mark = ['phase', 'start', 'extract', '--id', id, '--ledger', join(program.folder, 'blocked.db')];
  const end = await endOf(
    spawn('strace', [...words, ...program.words, ...mark], { cwd: program.folder, env: program.env }),
  );
  expect(end).toMatchObject({ code: 0, stderr: expect.stringContaining('the mark was saved to') });
  const calls = readFileSync(trace, 'utf8').split('\n');
  const first = (call: RegExp) => calls.findIndex((line) => call.test(line));
  const [written, synced, told] = [
    first(/ write\(\d+<[^>]*journal>/),
    first(/ f(?:data)?sync\(\d+<[^>]*journal>/),
    first(/ write\(2<.*the mark was saved to/),
  ];
  expect(written).toBeGreaterThanOrEqual(0);
  expect(synced).toBeGreaterThan(written);
  expect(told).toBeGreaterThan(synced);
});

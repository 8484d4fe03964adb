import { expect, test } from 'vitest';
import { newProgram } from '../support/program.ts';

test('show takes a version for the newest deployment of it, of the given environment', {
  timeout: 60_000,
}, async () => {
  const program = newProgram();
  const start = ['start', '--deployment', 'shop', '--version', '2.0'];
  for (const environment of ['staging', 'production']) {
    const id = await program.quiet([...start, '--environment', environment]);
    await program.quiet(['finish', '--id', id]);
  }
  const shown = async (...words: string[]) =>
    JSON.parse(await program.quiet(['show', '2.0', '--json', ...words])).environment;
  expect(await shown()).toBe('production');
  expect(await shown('--environment', 'staging')).toBe('staging');
  const unknown = await program.run(['show', '2.1']);
  expect([unknown.code, unknown.stderr]).toEqual([1, expect.stringContaining('"2.1" not found')]);
});

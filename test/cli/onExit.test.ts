import { writeFileSync } from 'node:fs';
import { describe, expect, test, vi } from 'vitest';
import { newProgram } from '../support/program.ts';
import { begun, fails, id, outcome, works } from './begun.ts';

vi.setConfig({ testTimeout: 60_000 });

describe('finish --on-exit closes an open deployment as failed and exits with the code it was given', () => {
  test.each<[string[][], string[], number, string]>([
    [[['extract', ...works]], ['3'], 3, 'exit code 3'],
    [[['migrate', ...fails]], ['3'], 3, 'phase migration: exit code 3'],
    [[['phase', 'start', 'migrate']], ['0'], 0, 'ended before finish, in migration'],
    [[['extract', ...works]], ['0'], 0, 'ended before finish, after extract'],
    [[['phase', 'start', 'migrate']], [], 0, 'ended before finish, in migration'],
    [[['phase', 'start', 'migrate']], [''], 0, 'ended before finish, in migration'],
    [[['phase', 'start', 'migrate']], ['129'], 129, 'SIGHUP'],
    [[['phase', 'start', 'migrate']], ['130'], 130, 'SIGINT'],
    [[['extract', ...works]], ['143'], 143, 'SIGTERM'],
    [[['extract', ...works]], ['255'], 255, 'exit code 255'],
    [[], ['0'], 0, 'ended before finish'],
  ])('after %j with %j', async (before, words, code, error) => {
    const program = await begun();
    for (const args of before) await program.run(args);
    expect(await program.run(['finish', '--on-exit', ...words])).toMatchObject({
      code,
      stdout: '',
      stderr: '',
    });
    expect(outcome(program)).toEqual(['failed', error]);
  });

  test('with the words of DEPLOYTRACK_ERROR where they are set', async () => {
    const program = await begun();
    await program.run(['finish', '--on-exit', '1'], {
      env: { DEPLOYTRACK_ERROR: 'Stop-Service: access denied' },
    });
    expect(outcome(program)).toEqual(['failed', 'Stop-Service: access denied']);
  });

  test('and exits with it also where no deployment is named or the ledger is none', async () => {
    const program = newProgram();
    expect((await program.run(['finish', '--on-exit', '6'], { env: { DEPLOYTRACK_ID: '' } })).code).toBe(6);
    writeFileSync(program.ledger, 'no database');
    expect((await program.run(['finish', '--on-exit', '6', ...id])).code).toBe(6);
    expect((await program.run(['finish', '--on-exit', '6', '--strict', ...id])).code).toBe(6);
  });
});

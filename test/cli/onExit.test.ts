import { writeFileSync } from 'node:fs';
import { describe, expect, test, vi } from 'vitest';
import { newProgram } from '../support/program.ts';
import { begun, fails, id, outcome, works } from './begun.ts';

vi.setConfig({ testTimeout: 60_000 });

describe('finish --on-exit', () => {
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
  ])(
    'finish --on-exit closes an open deployment as failed and exits with the given code after %j with %j',
    async (before, words, code, error) => {
      const program = await begun();
      for (const args of before) await program.run(args);
      expect(await program.run(['finish', '--on-exit', ...words])).toMatchObject({
        code,
        stdout: '',
        stderr: '',
      });
      expect(outcome(program)).toEqual(['failed', error]);
    },
  );

  test('finish --on-exit records the text of DEPLOYTRACK_ERROR if it is set', async () => {
    const program = await begun();
    await program.run(['finish', '--on-exit', '1'], {
      env: { DEPLOYTRACK_ERROR: 'Stop-Service: access denied' },
    });
    expect(outcome(program)).toEqual(['failed', 'Stop-Service: access denied']);
  });

  test('finish --on-exit exits with the given code even if no deployment is given or the ledger is invalid', async () => {
    const program = newProgram();
    expect((await program.run(['finish', '--on-exit', '6'], { env: { DEPLOYTRACK_ID: '' } })).code).toBe(6);
    writeFileSync(program.ledger, 'no database');
    expect((await program.run(['finish', '--on-exit', '6', ...id])).code).toBe(6);
    expect((await program.run(['finish', '--on-exit', '6', '--strict', ...id])).code).toBe(6);
  });
});

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { newProgram, startDeployment } from '../support/program.ts';
import { usageErrorWithHint } from './lines.ts';

vi.setConfig({ testTimeout: 30_000 });

const stages = 'SELECT stage FROM deployment_stages ORDER BY rowid';

describe('Invalid values', () => {
  const wrong = {
    'a gateway without a scheme': { PUSHGATEWAY_URL: 'localhost:9091' },
    'a timeout of abc': { DEPLOYTRACK_GATEWAY_TIMEOUT: 'abc' },
    'a ledger timeout of 5': { DEPLOYTRACK_LEDGER_TIMEOUT: '5' },
    'a name with a newline': { DEPLOYTRACK_INSTANCE: 'a\nb' },
  };
  const options = {
    'a gateway without a scheme': ['--gateway', 'localhost:9091'],
    'a timeout of abc': ['--gateway-timeout', 'abc'],
    'a ledger timeout of 5': ['--ledger-timeout', '5'],
    'a name with a newline': ['--instance', 'a\nb'],
    'an empty deployment': ['--deployment', ''],
  };

  test.each(Object.entries(wrong))(
    'an invalid value of the environment, %s, gives one warning and loses no mark',
    async (_, env) => {
      const program = newProgram();
      const id = await startDeployment(program);
      const ends = [
        await program.run(['phase', 'start', 'a', '--id', id], { env }),
        await program.run(['phase', 'end', 'a', '--id', id], { env }),
        await program.run(['extract', '--id', id, '--', 'true'], { env }),
        await program.run(['finish', '--id', id], { env }),
      ];
      for (const end of ends) {
        expect(end.code).toBe(0);
        const name = Object.keys(env)[0] as string;
        expect(end.stderr).toMatch(
          new RegExp(
            `^deploytrack: warning: invalid [^\\n]* for ${name}; expected [^\\n]*; the value was ignored\\n$`,
          ),
        );
      }
      expect(program.rows(stages).map((row) => row.stage)).toEqual(['a', 'extract']);
      expect(program.rows('SELECT deployment_status AS status FROM deployment_metrics')).toEqual([
        { status: 'success' },
      ]);
    },
  );

  test.each(Object.entries(wrong))(
    'an invalid value of the environment, %s, is a usage error for reading and with --strict',
    async (_, env) => {
      const program = newProgram();
      const id = await startDeployment(program);
      const marker = join(program.folder, 'ran');
      for (const words of [['stats'], ['history'], ['show', id], ['init']]) {
        usageErrorWithHint(await program.run(words, { env }));
      }
      usageErrorWithHint(
        await program.run(['extract', '--strict', '--id', id, '--', 'touch', marker], { env }),
      );
      usageErrorWithHint(
        await program.run(['phase', 'start', 'x', '--id', id], { env: { ...env, DEPLOYTRACK_STRICT: '1' } }),
      );
      expect(existsSync(marker)).toBe(false);
      expect(program.rows(stages)).toEqual([]);
    },
  );

  test.each(Object.entries(options))(
    'an invalid value on the command line, %s, is a usage error: nothing is written or run',
    async (_, words) => {
      const program = newProgram();
      const marker = join(program.folder, 'ran');
      usageErrorWithHint(await program.run(['start', '--deployment', 'app', '--version', '1', ...words]));
      usageErrorWithHint(await program.run(['extract', ...words, '--', 'touch', marker]));
      usageErrorWithHint(await program.run(['stats', ...words]));
      expect([existsSync(marker), existsSync(program.ledger), program.journals()]).toEqual([
        false,
        false,
        '',
      ]);
    },
  );

  test.each([
    [['extract', '--timeout', 'abc', '--', 'touch', 'ran']],
    [['cutover', '--probe', 'localhost', '--', 'touch', 'ran']],
    [['migrate', '--count', '-1', '--', 'touch', 'ran']],
    [['migrate', '--count-pattern', '(', '--', 'touch', 'ran']],
    [['extract', '--try', '--allow-failure', '--', 'touch', 'ran']],
    [['extract', '--no-such-option', '--', 'touch', 'ran']],
    [['extract', '--']],
    [['extract']],
    [['phase', 'run', 'x']],
    [['phase', 'stop', 'x']],
    [['phase', 'start']],
    [['phase', 'end', 'x', '--exit-code', 'abc']],
    [['phase', 'end', 'x', '--status', 'fine']],
    [['health', 'http://127.0.0.1:9', '--timeout', 'abc']],
    [['health', 'localhost:9']],
    [['health']],
    [['finish', '--status', 'maybe']],
    [['finish', '--on-exit', 'abc']],
    [['finish', '--exit-code', 'abc']],
    [['history', '--limit', '0']],
    [['history', '--since', 'yesterday']],
    [['history', '--format', 'xml']],
    [['start', '--deployment', 'app', '--triggered-at', 'noon']],
    [['start']],
    [['push']],
    [['no-such-word']],
    [['run', '--deployment', 'app']],
  ])('an invalid value in %j is a usage error: nothing is written or run', async (words) => {
    const program = newProgram();
    const end = await program.run(words, { env: { DEPLOYTRACK_ID: 'some-id' } });
    expect([end.code, end.stdout]).toEqual([2, '']);
    expect(end.stderr).toMatch(/^deploytrack: [^\n]+\n/);
    expect(existsSync(join(program.folder, 'ran'))).toBe(false);
    expect([existsSync(program.ledger), program.journals()]).toEqual([false, '']);
  });
});

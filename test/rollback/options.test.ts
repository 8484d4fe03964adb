import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { processContext } from '../../src/context.ts';
import { runInTerminal } from '../child/front.ts';
import { rollbackMark } from '../ledger/makeMarks.ts';
import { endOf, newProgram } from '../support/program.ts';
import { openPast } from './past.ts';

const program = newProgram();
const past = openPast(program);
afterAll(() => past.close());

/** A check that fails at once. */
const failing = ['--smoke', 'page=exit 3'];
const verify = (id: string, ...words: string[]) => ['verify', ...failing, '--id', id, ...words];
const rollbacks = (id: string) =>
  program.rows('SELECT success, settled FROM rollbacks WHERE deployment_id = ?', id);

describe('--rollback', () => {
  test('--dry-run shows the command without its secrets, and a hostile version without its control characters', async () => {
    const id = past.begun('shown', '2\u001b[2J');
    const { stdout } = await program.run(
      verify(id, '--dry-run', '--rollback', 'back --password=hunter2 \u001b[2J'),
    );
    expect(stdout).toContain('rolled back to 1.0.0 with: back --password=***');
    expect(stdout).not.toMatch(/hunter2|\u001b/);
  });

  test('run --dry-run says that a version marked bad would be refused, and otherwise what would be checked', async () => {
    const id = past.begun('planned');
    const automatic = { failedCheck: 'health: 503', refused: 'none', process: null, outages: [] };
    const at = processContext().instant();
    past.mark(rollbackMark(at, { deploymentId: id, success: false, step: 'refused', automatic }));
    const words = [
      'run',
      '--deployment',
      id,
      '--version',
      '4.0.0',
      '--instance',
      'web-1',
      '--rollback',
      'back',
    ];
    const said = ['--health', 'http://localhost:1/', '--watch', '5m', '--gate', '--dry-run'];
    const refused = await program.run([...words, ...said, '--', 'touch', 'started']);
    expect(refused.stdout).toBe(
      'would refuse planned 4.0.0: it is marked bad, because deployment planned failed (use --force-bad <reason>)\n',
    );
    const forced = await program.run([...words, '--force-bad', 'fixed', ...said, '--', 'touch', 'started']);
    expect(forced.stdout.split('\n')).toEqual([
      'the gate is not asked: run `deploytrack gate` for its answer',
      'would deploy planned 4.0.0 to production with: touch started',
      'would check: http://localhost:1/, the URL again for 5m',
      'if it failed after the cutover has begun, it would be rolled back to 1.0.0 with: back',
      '',
    ]);
  });

  test.each([
    ['verify', ['verify', ...failing]],
    ['run', ['run', '--deployment', 'typo', '--version', '2', '--', 'touch', 'started']],
  ])('%s refuses a file for --rollback that does not exist before anything is run', async (_, words) => {
    const [command = '', ...rest] = words;
    const end = await program.run([command, '--rollback', '@./no-such-file.sh', ...rest]);
    expect(end).toMatchObject({ code: 2, stderr: expect.stringContaining('expected a file that exists') });
    expect(program.rows("SELECT 1 FROM deployment_metrics WHERE deployment = 'typo'")).toEqual([]);
  });

  test('a failed check without a deployment says that nothing was rolled back', async () => {
    const env = { DEPLOYTRACK_ID: '' };
    const end = await program.run(['verify', ...failing, '--rollback', 'touch rolled-back'], { env });
    expect(end).toMatchObject({ code: 1, stderr: expect.stringContaining('not rolled back: no deployment') });
  });

  test('of two verifications that fail at once, one runs the rollback command', async () => {
    const id = past.begun('twice');
    const words = verify(id, '--rollback', 'echo run >> runs; sleep 0.3');
    const ends = await Promise.all([program.run(words), program.run(words)]);
    expect(ends.map(({ code }) => code).toSorted()).toEqual([1, 3]); // the smoke test fails after the rollback too
    expect(readFileSync(path.join(program.folder, 'runs'), 'utf8')).toBe('run\n');
    expect(rollbacks(id)).toEqual([{ success: 0, settled: 1 }]);
  });

  test('a decision waits for a locked ledger longer than a mark does', async () => {
    const id = past.begun('locked');
    const env = { DEPLOYTRACK_LEDGER_TIMEOUT: '50ms' };
    const child = await past.locked(async () => {
      const started = program.spawn(verify(id, '--rollback', 'exit 0'), { env });
      await new Promise<void>((resolve, reject) => {
        let said = '';
        started.stderr?.on('data', (chunk) => {
          said += chunk;
          if (said.includes('waiting up to 30 s for the ledger')) resolve();
        });
        started.on('exit', () => reject(new Error(`it did not wait: ${said}`)));
      });
      return started;
    });
    // The smoke test fails for the restored version too.
    expect((await endOf(child)).code).toBe(3);
    expect(rollbacks(id)).toEqual([{ success: 0, settled: 1 }]);
  });

  test('a script that a signal ends after its cutover ends run by the same signal, also after a rollback', async () => {
    past.good('signaled');
    const script = `"${program.words.join('" "')}" cutover -- true; kill -TERM $$`;
    const words = ['run', '--deployment', 'signaled', '--version', '2', '--instance', 'web-1'];
    const end = await program.run([...words, '--rollback', 'exit 0', '--', 'sh', '-c', script]);
    expect(end).toMatchObject({ code: null, signal: 'SIGTERM' });
    expect(end.stderr).toContain('rolled back to 1.0.0');
  });
});

describe('--confirm in a terminal', () => {
  const inTerminal = (words: readonly string[], keys: string) =>
    runInTerminal({ env: program.env, words: program.words }, words, [{ after: '[y/N]', keys }]);

  test('yes rolls back, and anything else does not', async () => {
    const command = ['--confirm', '--rollback', 'exit 0'];
    const [yes, no] = await Promise.all(
      [
        ['yes', 'y\\n'],
        ['no', '\\n'],
      ].map(([id = '', keys = '']) => inTerminal(verify(past.begun(id), ...command), keys)),
    );
    expect(yes?.output).toContain('rolling back yes from 4.0.0 to 1.0.0');
    expect(no).toMatchObject({ code: 4, output: expect.stringContaining('it was not confirmed') });
    expect([rollbacks('yes'), rollbacks('no')]).toEqual([[{ success: 0, settled: 1 }], []]);
  });

  test('Ctrl-C after the script of run is a no, and the deployment is closed with the code of its script', async () => {
    past.good('break');
    const script = `"${program.words.join('" "')}" cutover -- true; exit 9`;
    const words = ['run', '--id', 'break', '--deployment', 'break', '--version', '2', '--instance', 'web-1'];
    const end = await inTerminal(
      [...words, '--confirm', '--rollback', 'exit 0', '--', 'sh', '-c', script],
      '\\x03',
    );
    expect(end).toMatchObject({ code: 4, output: expect.stringContaining('it was not confirmed') });
    const of = "SELECT deployment_status, exit_code FROM deployment_metrics WHERE deployment_id = 'break'";
    expect(program.rows(of)).toEqual([{ deployment_status: 'failed', exit_code: 9 }]);
  });
});

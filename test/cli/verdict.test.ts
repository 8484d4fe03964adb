import Database from 'better-sqlite3';
import { beforeAll, describe, expect, test } from 'vitest';
import { runInTerminal } from '../child/front.ts';
import { newProgram, type Program } from '../support/program.ts';

let program: Program;

/** Runs of earlier deployments, the oldest first. */
const earlier: Readonly<Record<string, readonly number[]>> = {
  new: [0.01, 0.01],
  steady: Array(6).fill(0.01),
  slowing: [...Array(6).fill(0.01), 5],
  migration: [...Array(20).fill(12), 12.5, 11.5, ...Array(8).fill(31)],
};

beforeAll(async () => {
  program = newProgram({ env: { DEPLOYTRACK_DEPLOYMENT: 'app', DEPLOYTRACK_ID: 'd' } });
  await program.quiet(['start', '--version', '2', '--id', 'd']);
  const ledger = new Database(program.ledger);
  const deployment = ledger.prepare(
    `INSERT INTO deployment_metrics (deployment_id, version, deployment, environment, service, deployment_status,
       deployment_started_at, deployment_completed_at)
     VALUES (@id, @version, 'app', 'production', 'app', 'success', @at, @at)`,
  );
  const stage = ledger.prepare(
    `INSERT INTO deployment_stages (run_id, deployment_id, service, stage, started_at, duration_seconds, status)
     VALUES (@runId, @id, 'app', @stage, @at, @seconds, 'success')`,
  );
  ledger.transaction(() => {
    for (let run = 0; run < 30; run += 1) {
      const at = new Date(Date.now() - (60 - run) * 60_000).toISOString();
      const id = `e${run}`;
      deployment.run({ id, version: `1.${run}`, at });
      for (const [name, times] of Object.entries(earlier))
        if (run < times.length)
          stage.run({ runId: `${id}-${name}`, id, stage: name, at, seconds: times[run] });
    }
  })();
  ledger.close();
}, 60_000);

const slow = ['--', 'sleep', '1.2'];
const runPhase = (phase: string, ...words: string[]) => program.run(['phase', 'run', phase, ...words]);

describe('Phases that are slower than usual', { timeout: 60_000 }, () => {
  test('--max-slowdown fails a phase if two of its last three runs were too slow, and no other', async () => {
    const [twice, once, few, plain] = await Promise.all([
      runPhase('slowing', '--max-slowdown', '2x', ...slow),
      runPhase('steady', '--max-slowdown', '2', ...slow),
      runPhase('new', '--max-slowdown', '2x', ...slow),
      runPhase('slowing', '--service', 'other', ...slow),
    ]);
    expect(twice).toMatchObject({ code: 1, stdout: '' });
    expect(twice.stderr).toMatch(
      /^deploytrack: error: slowing took 1\.\ds, usually 10ms ±0%: above --max-slowdown 2x in two of its last three runs\n$/,
    );
    expect(once.code).toBe(0);
    expect(once.stderr).toMatch(
      /^deploytrack: --max-slowdown 2x was not applied: steady took .*, but only this one of its last three runs is that slow\n$/,
    );
    expect(few).toMatchObject({
      code: 0,
      stderr:
        'deploytrack: --max-slowdown 2x was not applied: new has 2 successful runs to compare with, expected 5 or more\n',
    });
    expect(plain).toMatchObject({ code: 0, stderr: '' });
  });

  test('with --max-slowdown a quick run is silent, a failing command has its own code, and a wrong ratio runs nothing', async () => {
    const [quick, failing, wrong] = await Promise.all([
      runPhase('steady', '--max-slowdown', '2x', '--', 'true'),
      runPhase('slowing', '--max-slowdown', '2x', '--', 'sh', '-c', 'sleep 1.2; exit 7'),
      runPhase('never', '--max-slowdown', 'fast', '--', 'true'),
    ]);
    expect(quick).toMatchObject({ code: 0, stderr: '' });
    expect(failing).toMatchObject({ code: 7, stderr: '' });
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toContain('invalid ratio "fast" for --max-slowdown; expected more than 1x');
    expect(program.rows("SELECT 1 FROM deployment_stages WHERE stage = 'never'")).toEqual([]);
  });

  test('in a terminal a wrapped phase ends with its verdict, if five runs are known', async () => {
    const words = program.words.map((word) => `'${word}'`).join(' ');
    const script = `${words} migrate -- true; ${words} phase run new -- true; ${words} migrate -- sh -c 'exit 3'`;
    const shown = await runInTerminal({ words: ['bash', '-c'], env: { ...program.env, TERM: 'xterm' } }, [
      script,
    ]);
    expect(shown.output.replaceAll('\r', '')).toMatch(
      /^deploytrack: migration took \d+ms, usually 12\.\ds ±\d+%: faster than usual by 1\d\.\ds\n$/,
    );
  });

  test('show and finish say the verdict on every phase in each of their formats', async () => {
    const lines = (await program.run(['show', 'd'])).stdout.split('\n');
    const phases = JSON.parse((await program.run(['show', 'd', '--json'])).stdout).phases;
    expect(phases.find((one: { stage: string }) => one.stage === 'migration')).toMatchObject({
      verdict: 'faster',
      usual_low: expect.any(Number),
      usual_high: expect.any(Number),
      spread: expect.any(Number),
    });
    expect(lines.find((line) => line.includes('steady'))).toMatch(
      /10ms ±\d+%, p95 .* slower than usual by 1\.\ds/,
    );
    const { stdout } = await program.run(['show', 'd', '--format', 'markdown']);
    expect(stdout).toMatch(
      /\| steady \| ✅ success \| 1\.\ds \| 10ms ±\d+% \| 🐢 slower than usual by 1\.\ds \(\+\d+%\) \|/,
    );
    const finished = JSON.parse(await program.quiet(['finish', '--status', 'success', '--json'])).phases;
    expect(finished).toContainEqual(
      expect.objectContaining({ stage: 'slowing', verdict: 'slower', slow: false }),
    );
  });

  test('stats --regressions exits with 1 and says since which version a phase is slower', async () => {
    const [text, json, other, both] = await Promise.all([
      program.run(['stats', '--regressions']),
      program.run(['stats', '--regressions', '--json']),
      program.run(['stats', '--regressions', '--deployment', 'other']),
      program.run(['stats', '--regressions', '--limit', '3']),
    ]);
    expect(text).toMatchObject({ code: 1, stderr: '' });
    expect(text.stdout).toContain('\nmigration: 12.0s until 1.21, 31.0s since 1.22\n');
    expect(json.code).toBe(1);
    expect(JSON.parse(json.stdout).regressions).toContainEqual(
      expect.objectContaining({
        stage: 'migration',
        slower_runs: 2,
        change: expect.objectContaining({ until_version: '1.21', since_version: '1.22' }),
      }),
    );
    expect(other).toMatchObject({ code: 0, stdout: 'no phase has five runs to compare with\n' });
    expect(both.code).toBe(2);
  });
});

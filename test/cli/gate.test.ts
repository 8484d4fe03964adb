import { chmodSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { newProgram, type Program, startDeployment } from '../support/program.ts';
import { usageErrorWithHint } from './lines.ts';

const shop = ['--deployment', 'shop', '--version', '2'];
const hotfix = ['--gate', '--hotfix', 'revert 1.9', '--triggered-by', 'ada'];

describe('start --gate and run --gate', () => {
  let program: Program;
  beforeAll(async () => {
    program = newProgram();
    writeFileSync(join(program.folder, 'deploytrack.yaml'), 'freeze:\n  - Mon-Wed UTC\n  - Thu-Sun UTC\n');
    await startDeployment(program, '--id', 'before');
  });
  const written = () =>
    program.rows('SELECT deployment_id AS id FROM deployment_metrics').map(({ id }) => id);

  test('a frozen start prints none and records nothing but the decision, and says how to start nevertheless', async () => {
    const { code, stdout, stderr } = await program.run(['start', '--gate', ...shop]);
    expect([code, stdout, written()]).toEqual([1, 'none\n', ['before']]);
    const lines = stderr.split('\n');
    expect(lines[0]).toMatch(
      /^deploytrack: error: shop\/production is frozen: freeze window \S+ UTC; ends: when a setting changes: windows cover every time; nothing was started$/,
    );
    expect(lines[1]).toBe(
      "deploytrack: hint: run `deploytrack start --gate --deployment shop --version 2 --hotfix '<reason>' --triggered-by <name>` to deploy now",
    );
    expect(program.rows('SELECT version, verdict, rules FROM gate_decisions')).toEqual([
      { version: '2', verdict: 'frozen', rules: '["window"]' },
    ]);
  });

  test('a frozen run does not run its script, and the line that it prints runs it', async () => {
    const script = ['--', 'sh', '-c', 'echo "it ran $0"', "it's"];
    const { code, stdout, stderr } = await program.run(['run', '--gate', ...shop, ...script]);
    expect([code, stdout]).toEqual([1, '']);
    const [, line = ''] = /hint: run `deploytrack (.*)` to deploy now$/m.exec(stderr) ?? [];
    const typed = line.replace('<reason>', 'revert').replace('<name>', 'ada');
    const again = newProgram({ ledger: program.ledger });
    const file = join(program.folder, 'typed.sh');
    writeFileSync(file, `exec '${again.words[0]}' '${again.words[1]}' ${typed}\n`);
    chmodSync(file, 0o700);
    const end = await program.quiet(['phase', 'run', 'x', '--id', 'before', '--', 'sh', file]);
    expect(end).toBe("it ran it's");
  });

  test('a hotfix starts with its reason on the deployment, and needs --gate and a name', async () => {
    const id = await program
      .quiet(['start', ...hotfix, ...shop, '--take-over'])
      .catch((error: Error) => error.message);
    const facts = 'SELECT fact, value FROM deployment_facts WHERE deployment_id = ?';
    expect(program.rows(facts, id)).toContainEqual({ fact: 'gate.hotfix', value: 'revert 1.9' });
    usageErrorWithHint(await program.run(['start', ...shop, '--hotfix', 'x']));
    usageErrorWithHint(await program.run(['start', '--gate', '--hotfix', 'x', ...shop]));
    // A deployment that has begun is not stranded, and a rollback passes.
    expect((await program.run(['gate'], { env: { DEPLOYTRACK_ID: id } })).code).toBe(0);
    const back = await program.run(['start', '--gate', ...shop, '--rollback-of', id, '--id', 'back']);
    expect([back.code, back.stdout]).toEqual([0, 'back\n']);
    const exported = await program.quiet(['export', '--id', id]);
    const other = newProgram();
    writeFileSync(join(other.folder, 'marks.jsonl'), `${exported}\n`);
    expect((await other.run(['import', 'marks.jsonl'])).code).toBe(0);
    expect(other.rows(facts, id)).toContainEqual({ fact: 'gate.hotfix', value: 'revert 1.9' });
  });

  test('without --gate a start and a run are as before', async () => {
    expect((await program.run(['run', ...shop, '--', 'true'])).code).toBe(0);
    expect(program.rows("SELECT count(*) AS n FROM gate_decisions WHERE version = '2'")).toEqual([{ n: 6 }]);
  });
});

describe('A gate whose rules cannot be read', () => {
  const bad = { DEPLOYTRACK_FREEZE: 'Fri 16:00-Mon 08:00' };
  const invalid = { DEPLOYTRACK_SUCCESS_RATE: '95%' };

  test('start --gate is refused, passes with --on-error pass, and gate calls it a usage error', async () => {
    const program = newProgram();
    for (const env of [bad, invalid]) {
      const refused = await program.run(['start', '--gate', ...shop], { env });
      expect([refused.code, refused.stdout]).toEqual([1, 'none\n']);
      expect(refused.stderr).toMatch(
        /its gate, which cannot decide: .*(freeze window "Fri 16:00-Mon 08:00"|success-rate)/,
      );
      usageErrorWithHintOrNot(await program.run(['gate', '--deployment', 'shop'], { env }));
    }
    expect(program.rows('SELECT 1 FROM deployment_metrics')).toEqual([]);
    const env = { ...bad, DEPLOYTRACK_ON_ERROR: 'pass' };
    const passed = await program.run(['start', '--gate', ...shop], { env });
    expect(passed.code).toBe(0);
    expect(passed.stderr).toContain('it passes because of --on-error pass');
  });

  test('a settings file that is ignored closes the gate, since a rule may be in it', async () => {
    const program = newProgram();
    const file = join(program.folder, 'deploytrack.yaml');
    writeFileSync(file, 'freeze: Mon-Sun UTC\n');
    chmodSync(file, 0o666);
    const { code, stdout } = await program.run(['gate', '--deployment', 'shop']);
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /^frozen: shop\/production: cannot decide: ignoring .*deploytrack.yaml: other accounts can write/,
    );
  });

  test('no ledger is go, and none is created', async () => {
    const program = newProgram();
    const { code, stdout, stderr } = await program.run(['gate', '--deployment', 'shop']);
    expect([code, stdout]).toEqual([0, 'go: shop/production: there is no ledger yet\n']);
    expect(stderr).toContain('there is no ledger at');
    expect(existsSync(program.ledger)).toBe(false);
    usageErrorWithHint(await program.run(['gate']));
  });
});

function usageErrorWithHintOrNot({ code, stderr }: { code: number | null; stderr: string }): void {
  expect([code, stderr.split('\n')[0]]).toEqual([2, expect.stringMatching(/^deploytrack: error: invalid /)]);
}

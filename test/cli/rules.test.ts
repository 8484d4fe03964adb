import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { parse } from 'yaml';
import { checked, has, root } from '../readme/document.ts';
import { because } from '../support/because.ts';
import { newProgram } from '../support/program.ts';

vi.setConfig({ testTimeout: 60_000 });

const shipped = (name: string) => readFileSync(join(root, 'examples/monitoring/rules', name), 'utf8');
const names = (folder: string) => readdirSync(folder).sort();

describe('rules --out', () => {
  test('rules --out writes the shipped rules into a folder that it creates', async () => {
    const program = newProgram();
    const out = join(program.folder, 'deep/rules');
    const { code, stdout, stderr } = await program.run(['rules', '--out', out]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    expect(stderr).toBe(`deploytrack: wrote ${out}/recording.yml\ndeploytrack: wrote ${out}/alerts.yml\n`);
    expect(names(out)).toEqual(['alerts.yml', 'recording.yml']);
    for (const name of names(out)) expect(readFileSync(join(out, name), 'utf8')).toBe(shipped(name));
    expect(existsSync(program.ledger)).toBe(false);
  });

  test('rules --set writes changed thresholds that promtool accepts, and replaces the files', async () => {
    const program = newProgram();
    const figures = ['--set', 'HighDowntime=60s', '--set', 'DeploymentSuccessRateLow=90%'];
    await program.run(['rules', '--out', '.']);
    expect((await program.run(['rules', '--out', '.', ...figures, '--environment', 'staging'])).code).toBe(0);
    const written = readFileSync(join(program.folder, 'alerts.yml'), 'utf8');
    const rules = (
      parse(written) as {
        groups: { rules: { alert: string; expr: string; labels: Record<string, string> }[] }[];
      }
    ).groups.flatMap((group) => group.rules);
    expect(rules.length).toBe(33 + 31);
    const rates = rules
      .filter(({ alert, labels }) => alert === 'DeploymentSuccessRateLow' && labels.drill === undefined)
      .map(({ expr }) => expr);
    expect(rates).toEqual([
      expect.stringMatching(/environment!="staging"[\s\S]*< 0.95$/),
      expect.stringMatching(/environment="staging"[\s\S]*< 0.9$/),
    ]);
    checked('promtool', ['check', 'rules', join(program.folder, 'alerts.yml')]);
  });

  test.each([
    ['https://wiki.example/runbook', 'https://wiki.example/runbook#deploymentfailed'],
    ['https://wiki.example/runbooks/', 'https://wiki.example/runbooks/DeploymentFailed'],
  ])('rules --runbook-base %s makes the runbook of an alert %s', async (base, address) => {
    const program = newProgram();
    const { code, stderr } = await program.run(['rules', '--out', '.', '--runbook-base', base, '--mixin']);
    expect([code, stderr]).toEqual([0, expect.stringContaining('wrote')]);
    for (const name of ['alerts.yml', 'mixin.libsonnet']) {
      const written = readFileSync(join(program.folder, name), 'utf8');
      // The alert, and its copy for drills.
      expect(written.split(new RegExp(`${address}"?\\n`)).length).toBe(3);
      expect(written).not.toContain('docs/alerts.md');
    }
    checked('promtool', ['check', 'rules', join(program.folder, 'alerts.yml')]);
  });

  test('rules takes thresholds only from the command line, not from the environment of the host', async () => {
    const program = newProgram({ env: { DEPLOYTRACK_ENVIRONMENT: 'staging' } });
    expect((await program.run(['rules', '--out', '.', '--set', 'HighDowntime=60s'])).code).toBe(0);
    const written = readFileSync(join(program.folder, 'alerts.yml'), 'utf8');
    expect(written).not.toContain('staging');
    expect(written).toContain('le=~"60(\\\\.0)?"');
  });

  test.skipIf(because(!has('jsonnet'), 'no jsonnet'))(
    'rules --mixin writes the same rules for Jsonnet',
    async () => {
      const program = newProgram();
      expect((await program.run(['rules', '--out', '.', '--mixin'])).code).toBe(0);
      const asked = (part: string) => {
        const file = join(program.folder, `${part}.jsonnet`);
        writeFileSync(file, `(import 'mixin.libsonnet').${part}`);
        return JSON.parse(execFileSync('jsonnet', [file], { encoding: 'utf8' })) as unknown;
      };
      expect(asked('prometheusAlerts')).toEqual(parse(shipped('alerts.yml')));
      expect(asked('prometheusRules')).toEqual(parse(shipped('recording.yml')));
    },
  );

  test('rules exits with 1 if a file cannot be written, and leaves no incomplete file', async () => {
    const program = newProgram();
    mkdirSync(join(program.folder, 'taken/recording.yml'), { recursive: true });
    // Node's own recursive mkdir loops forever below /proc.
    for (const out of ['taken', ...(process.platform === 'linux' ? ['/proc/nowhere/at/all'] : [])]) {
      const { code, stderr } = await program.run(['rules', '--out', out]);
      expect(code).toBe(1);
      expect(stderr).toMatch(
        /^deploytrack: error: \S+\/recording.yml cannot be written: .+\ndeploytrack: hint: use another folder, or make this one writable\n$/,
      );
    }
    expect(names(join(program.folder, 'taken'))).toEqual(['recording.yml']);
  });
});

describe('Invalid arguments of rules', () => {
  const out = ['--out', 'rules'];
  test.each([
    [[], 'missing --out or --backtest'],
    [['--out', ''], '--out needs a folder'],
    [['--out', 'file/below'], 'file is not a folder'],
    [['--mixin', '--backtest', '9d'], '--mixin needs a folder'],
    [['--runbook-base', 'https://wiki.example', '--backtest', '9d'], '--runbook-base needs a folder'],
    [[...out, '--runbook-base', 'docs/alerts.md'], 'docs/alerts.md'],
    [[...out, '--json'], '--json can only be used with --backtest'],
    [[...out, '--backtest', '0s'], 'the period is empty'],
    [[...out, '--backtest', '4000d'], 'expected at most 3650d'],
    [[...out, '--backtest', 'soon'], 'invalid duration "soon"'],
    [[...out, '--environment', 'staging'], '--environment can only be used with --set'],
    [[...out, '--set', 'HighDowntime=31s'], '1s, 2.5s, 5s, 10s, 15s, 20s, 30s, 60s, 120s, 300s'],
    [[...out, '--set', 'HighDowntimes=60s'], 'similar: HighDowntime'],
    [[...out, '--set', 'PushgatewayDown=1'], 'has no threshold'],
    [[...out, 'more'], 'too many arguments'],
  ])('rules with %j prints one line, exits with 2 and writes nothing', async (words, said) => {
    const program = newProgram();
    writeFileSync(join(program.folder, 'file'), '');
    const before = names(program.folder);
    const { code, stdout, stderr } = await program.run(['rules', ...words]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^deploytrack: error: .+\n(deploytrack: hint: .+\n)?$/);
    expect(stderr).toContain(said);
    expect(names(program.folder)).toEqual(before);
  });
});

describe('rules --backtest', () => {
  test('rules --backtest prints when each alert would have fired, from the rows of this ledger', async () => {
    const program = newProgram();
    await program.run(['start', '--id', 'd', '--deployment', 'shop', '--version', '1']);
    await program.run(['finish', '--id', 'd', '--status', 'failed']);
    const { code, stdout } = await program.run(['rules', '--backtest', '90d', '--set', 'DeploymentFailed=1']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^26 alerts, \S+ to \S+: fired 1 time with the shipped thresholds, 0 times with/m);
    expect(stdout).toContain('DeploymentFailed: shipped 0 1x, given 1 0x');
    expect(stdout).toMatch(/^DeploymentFailed\s+shop\s+production/m);
    expect(stdout).toMatch(/^Not replayed.*PushgatewayDown/m);
    const json = await program.run(['rules', '--backtest', '90d', '--json']);
    const { alerts } = JSON.parse(json.stdout) as {
      alerts: { alert: string; shipped: { fired: object[] } }[];
    };
    expect(alerts.filter(({ shipped: { fired } }) => fired.length > 0)).toMatchObject([
      {
        alert: 'DeploymentFailed',
        shipped: { figure: 0, fired: [{ to: null, deployment: 'shop', value: 1 }] },
      },
    ]);
  });

  test('rules --backtest without a ledger shows no alert and creates no ledger', async () => {
    const program = newProgram();
    const { code, stdout } = await program.run(['rules', '--backtest', '90d']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^26 alerts, .+: fired 0 times$/m);
    expect(existsSync(program.ledger)).toBe(false);
  });

  test('rules --backtest exits with 1 if the ledger cannot be read', async () => {
    const program = newProgram();
    writeFileSync(program.ledger, 'no database at all, and long enough to be none for certain'.repeat(20));
    const { code, stdout, stderr } = await program.run(['rules', '--backtest', '90d']);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^deploytrack: error: .+\n(deploytrack: hint: .+\n)?$/);
  });
});

import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { endOf } from '../../support/program.ts';
import type { Status } from './expression.ts';
import type { Shelves } from './hostedActions.ts';

/** A hosted runner: a machine for one job that is then discarded. */
export interface Machine {
  readonly shelves: Shelves;
  readonly temp: string;
  readonly ledger: string;
  /** Variables of the workflow and the job, and those that steps wrote to GITHUB_ENV. */
  readonly env: Record<string, string>;
  /** All output of the steps; nothing is masked here. */
  log: string;
  summary: string;
  /** Runs a script as a step does. */
  run(step: Script): Promise<StepEnd>;
}

export interface StepEnd {
  readonly outcome: Status;
  readonly outputs: Readonly<Record<string, string>>;
}

export interface Script {
  readonly text: string;
  readonly shell: string | undefined;
  readonly env: Readonly<Record<string, string>>;
}

export interface MachineOptions {
  /** Where the machine's folder is created, and the workspace, whose path is the same on all machines. */
  readonly folder: string;
  /** First in PATH. */
  readonly bin: string;
  readonly shelves: Omit<Shelves, 'workspace'>;
  /** The GITHUB_… variables of the run and the job. */
  readonly github: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string>>;
}

export function newMachine({ folder, bin, shelves, github, env }: MachineOptions): Machine {
  const home = mkdtempSync(path.join(folder, 'runner-'));
  const [temp, runtime] = [path.join(home, 'temp'), path.join(home, 'runtime')];
  const workspace = path.join(folder, 'workspace');
  rmSync(workspace, { recursive: true, force: true });
  for (const made of [temp, runtime, workspace]) mkdirSync(made);
  const ledger = path.join(home, 'deployments.db');
  const own = {
    PATH: `${bin}:${process.env.PATH}`,
    HOME: home,
    LANG: 'C.UTF-8',
    XDG_RUNTIME_DIR: runtime,
    DEPLOYTRACK_LEDGER: ledger,
    DEPLOYTRACK_SETTINGS_ROOT: workspace,
    TMPDIR: temp,
    DEPLOYTRACK_GATEWAY_TIMEOUT: '20s', // Results must not depend on how busy this machine is.
    CI: 'true',
    GITHUB_ACTIONS: 'true',
    GITHUB_WORKSPACE: workspace,
    RUNNER_ENVIRONMENT: 'github-hosted',
    RUNNER_NAME: 'GitHub Actions 1',
    RUNNER_TEMP: temp,
    ...github,
  };
  const machine: Machine = {
    shelves: { ...shelves, workspace },
    temp,
    ledger,
    env: { ...env },
    log: '',
    summary: '',
    run: (script) => runScript(machine, { script, env: { ...own, ...machine.env, ...script.env } }),
  };
  return machine;
}

async function runScript(
  machine: Machine,
  { script, env }: { script: Script; env: Record<string, string> },
): Promise<StepEnd> {
  const folder = mkdtempSync(path.join(machine.temp, 'commands-'));
  const file = (name: string, text = '') => {
    writeFileSync(path.join(folder, name), text);
    return path.join(folder, name);
  };
  const commands = {
    GITHUB_ENV: file('env'),
    GITHUB_OUTPUT: file('output'),
    GITHUB_STEP_SUMMARY: file('summary'),
  };
  const options = script.shell === 'bash' ? ['--noprofile', '--norc', '-eo', 'pipefail'] : ['-e'];
  const child = spawn('bash', [...options, file('script.sh', script.text)], {
    cwd: machine.shelves.workspace,
    env: { ...env, ...commands },
    detached: true, // A process group of its own, which a script may kill.
  });
  child.stdin.end();
  const { code, signal, stdout, stderr } = await endOf(child);
  machine.log += stdout + stderr;
  machine.summary += readFileSync(commands.GITHUB_STEP_SUMMARY, 'utf8');
  Object.assign(machine.env, settings(readFileSync(commands.GITHUB_ENV, 'utf8')));
  // A step that ends by a signal was canceled: nothing else sends signals here.
  const outcome = signal !== null ? 'cancelled' : code === 0 ? 'success' : 'failure';
  return { outcome, outputs: settings(readFileSync(commands.GITHUB_OUTPUT, 'utf8')) };
}

/** `name=value`, one per line; the form with a delimiter is not used here. */
function settings(text: string): Record<string, string> {
  const lines = text.split('\n').filter((line) => line !== '');
  return Object.fromEntries(
    lines.map((line) => {
      const [, name, value] = /^([\w-]+)=(.*)$/.exec(line) ?? [];
      if (name === undefined || value === undefined) throw new Error(`invalid format: ${line}`);
      return [name, value];
    }),
  );
}

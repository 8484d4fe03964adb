import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { endOf } from '../../support/program.ts';
import type { Shelves } from './hostedActions.ts';

/** A hosted runner: a machine that one job has to itself, and that nobody sees again. */
export interface Machine {
  readonly shelves: Shelves;
  readonly temp: string;
  readonly ledger: string;
  /** Of the workflow and the job, and what steps wrote to GITHUB_ENV. */
  readonly env: Record<string, string>;
  /** All that the steps said: nothing is masked here. */
  log: string;
  summary: string;
  /** Runs a script as a step does; gives its outputs, null where it failed. */
  run(step: Script): Promise<Record<string, string> | null>;
}

export interface Script {
  readonly text: string;
  readonly shell: string | undefined;
  readonly env: Readonly<Record<string, string>>;
}

export interface MachineOptions {
  /** Where the machine's folder is made. */
  readonly folder: string;
  /** First in PATH. */
  readonly bin: string;
  readonly shelves: Omit<Shelves, 'workspace'>;
  /** GITHUB_… of the run and the job. */
  readonly github: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string>>;
}

export function newMachine({ folder, bin, shelves, github, env }: MachineOptions): Machine {
  const home = mkdtempSync(path.join(folder, 'runner-'));
  const [temp, workspace, runtime] = ['temp', 'workspace', 'runtime'].map((name) => path.join(home, name)) as [
    string,
    string,
    string,
  ];
  for (const made of [temp, workspace, runtime]) mkdirSync(made);
  const ledger = path.join(home, 'deployments.db');
  const own = {
    PATH: `${bin}:${process.env.PATH}`,
    HOME: home,
    LANG: 'C.UTF-8',
    XDG_RUNTIME_DIR: runtime,
    DEPLOYTRACK_LEDGER: ledger,
    DEPLOYTRACK_GATEWAY_TIMEOUT: '20s', // what is counted must not depend on how busy this machine is
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
): Promise<Record<string, string> | null> {
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
  });
  child.stdin.end();
  const { code, stdout, stderr } = await endOf(child);
  machine.log += stdout + stderr;
  machine.summary += readFileSync(commands.GITHUB_STEP_SUMMARY, 'utf8');
  Object.assign(machine.env, settings(readFileSync(commands.GITHUB_ENV, 'utf8')));
  return code === 0 ? settings(readFileSync(commands.GITHUB_OUTPUT, 'utf8')) : null;
}

/** `name=value`, one a line; the form with a delimiter is not used here. */
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

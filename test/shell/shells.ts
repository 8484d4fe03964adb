import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { endOf, newProgram, type Program, type ProgramEnd, programFile, rowsOf } from '../support/program.ts';

/** A shell, and the integration that is for it. */
export interface Shell {
  readonly name: string;
  readonly command: readonly string[];
  readonly integration: 'bash' | 'zsh' | 'sh';
}

/**
 * The shells of the machine; DEPLOYTRACK_TEST_BASH names another bash, such as an older one.
 */
export const shells: readonly Shell[] = [
  { name: 'bash', command: ['bash'], integration: 'bash' },
  { name: 'bash in POSIX mode', command: ['bash', '--posix'], integration: 'bash' },
  { name: 'zsh', command: ['zsh', '-f'], integration: 'zsh' },
  { name: 'dash', command: ['dash'], integration: 'sh' },
  { name: 'mksh', command: ['mksh'], integration: 'sh' },
  { name: 'busybox', command: ['busybox', 'sh'], integration: 'sh' },
  ...(process.env.DEPLOYTRACK_TEST_BASH === undefined
    ? []
    : [{ name: 'another bash', command: [process.env.DEPLOYTRACK_TEST_BASH], integration: 'bash' as const }]),
];

/** A host for scripts: `deploytrack` is in PATH. */
export function newScriptHost(env: Readonly<Record<string, string>> = {}): Program {
  const host = newProgram({ env: { DEPLOYTRACK_DEPLOYMENT: 'app', DEPLOYTRACK_VERSION: '1', ...env } });
  const bin = path.join(host.folder, 'bin');
  mkdirSync(bin);
  symlinkSync(programFile, path.join(bin, 'deploytrack'));
  return {
    ...host,
    env: { ...host.env, PATH: `${bin}:${path.dirname(process.execPath)}:${process.env.PATH}` },
  };
}

/** The line that loads the integration. */
export function loading(shell: Shell): string {
  return `eval "$(deploytrack shell ${shell.integration})"\n`;
}

/** Runs a script to its end, in a process group of its own. */
export function runScript(
  host: Program,
  {
    shell,
    script,
    env = {},
    before,
  }: { shell: Shell; script: string; env?: Record<string, string>; before?: readonly string[] },
): Promise<ProgramEnd> {
  const file = path.join(host.folder, 'deploy.sh');
  writeFileSync(file, script);
  const [command = '', ...args] = [...(before ?? []), ...shell.command, file];
  return endOf(
    spawn(command, args, {
      cwd: host.folder,
      env: { ...host.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    }),
  );
}

/** What the ledger tells of all deployments, without times and IDs. */
export function recorded(host: Program) {
  const rows = (sql: string) => (existsSync(host.ledger) ? rowsOf(host.ledger, { sql }) : []);
  return {
    deployments: rows(
      "SELECT deployment, deployment_status AS status, error_message AS error FROM deployment_metrics WHERE deployment = 'app' ORDER BY id",
    ) as { deployment: string; status: string; error: string | null }[],
    stages: rows(
      `SELECT stage, service, status, exit_code, signal, error_type, error_message, judged, late
       FROM deployment_stages ORDER BY stage, service, status, exit_code`,
    ),
    tests: rows('SELECT test_name, status FROM smoke_tests ORDER BY test_name, status'),
  };
}

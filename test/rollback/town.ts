import { execFileSync, spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Prober, probe } from '../examples/prober.ts';
import { freePort, repository } from '../examples/site.ts';
import { eventually } from '../support/eventually.ts';
import { endOf, newProgram, type Program } from '../support/program.ts';
import { openPast, type Past } from './past.ts';

/** The example service with two good versions and one that is never healthy, and a ledger. */
export interface Town extends Omit<Past, 'close'> {
  readonly program: Program;
  readonly health: string;
  readonly prober: Prober;
  /** The command that puts a version in service, for a shell. */
  switchTo(version: string): string;
  /** Puts a version in service now, and waits until it responds. */
  serve(version: string): Promise<void>;
  stopService(): Promise<void>;
  close(): Promise<void>;
  /** How often a rollback command has run that begins with `counted`. */
  runs(name: string): number;
  /** A part of a command line that counts its runs. */
  counted(name: string): string;
}

export async function openTown({ gateway }: { gateway: string }): Promise<Town> {
  const program = newProgram({ env: { PUSHGATEWAY_URL: gateway } });
  const { folder } = program;
  const port = await freePort();
  Object.assign(program.env, { NOTES_ROOT: path.join(folder, 'notes'), NOTES_PORT: String(port) });
  const release = (version: string) => path.join(folder, 'notes/releases', version);
  for (const [version, schema] of Object.entries({ '1.0.0': 2, '2.0.0': 2, '4.0.0': 3 }))
    pack(release(version), { version, schema });
  mkdirSync(path.join(folder, 'notes/data'));
  execFileSync('python3', [
    path.join(repository, 'examples/app/migrate.py'),
    path.join(folder, 'notes/data/notes.db'),
  ]);
  const past = openPast(program);
  const health = `http://127.0.0.1:${port}/health`;
  const prober = probe(health);
  // Not synchronous: the prober must go on meanwhile.
  const shell = async (file: string, ...args: string[]) => {
    const script = path.join(repository, 'examples', file);
    await endOf(spawn(script, args, { env: program.env, stdio: 'ignore' }));
  };
  const countFile = (name: string) => path.join(folder, `runs-${name}`);
  return {
    program,
    health,
    prober,
    switchTo: (version) => `${path.join(repository, 'examples/switch.sh')} ${release(version)}`,
    async serve(version) {
      await shell('switch.sh', release(version));
      await eventually(async () => (await versionAt(health)) === version || undefined, {
        what: `${version} in service`,
      });
    },
    stopService: () => shell('service.sh', 'stop'),
    runs: (name) =>
      existsSync(countFile(name)) ? readFileSync(countFile(name), 'utf8').split('\n').length - 1 : 0,
    counted: (name) => `echo run >> ${countFile(name)};`,
    ...past,
    async close() {
      prober.stop();
      await shell('service.sh', 'stop');
      past.close();
    },
  };
}

/** As package.py makes it, without the zip. */
function pack(folder: string, { version, schema }: { version: string; schema: number }): void {
  mkdirSync(path.join(folder, 'venv/bin'), { recursive: true });
  symlinkSync(
    execFileSync('which', ['python3'], { encoding: 'utf8' }).trim(),
    path.join(folder, 'venv/bin/python'),
  );
  copyFileSync(path.join(repository, 'examples/app/service.py'), path.join(folder, 'service.py'));
  writeFileSync(path.join(folder, 'build.json'), JSON.stringify({ version, schema, built_at: '2026-11-29' }));
}

async function versionAt(url: string): Promise<string | null> {
  const answer = await fetch(url).catch(() => null);
  return answer === null ? null : ((await answer.json()) as { version: string }).version;
}

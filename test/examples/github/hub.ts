import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { programFile } from '../../support/program.ts';
import { repository as ours } from '../site.ts';
import { ourAction } from './files.ts';

/** What outlives the runners: the repository, storage of jobs, settings and secrets. */
export interface Hub {
  readonly folder: string;
  readonly repository: string;
  readonly caches: string;
  /** First in every runner's PATH; holds the real `deploytrack`. */
  readonly bin: string;
  readonly vars: Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<string, string>>;
  /** Writes a script of the repository, which a deployment runs. */
  script(name: string, text: string): void;
}

/** A repository whose scripts switch a real service; the test removes it. */
export function newHub({ vars, secrets }: Pick<Hub, 'vars' | 'secrets'>): Hub {
  const folder = mkdtempSync(path.join(tmpdir(), 'deploytrack-github-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 }));
  const [repository, caches, bin] = ['repository', 'caches', 'bin'].map((name) =>
    path.join(folder, name),
  ) as [string, string, string];
  for (const made of [repository, caches, bin]) mkdirSync(made);
  cpSync(
    path.join(ours, 'examples/github-action/action.yml'),
    path.join(repository, ourAction, 'action.yml'),
  );
  symlinkSync(programFile, path.join(bin, 'deploytrack'));
  const script = (name: string, text: string) =>
    writeFileSync(path.join(repository, name), `#!/usr/bin/env bash\nset -eu\n${text}\n`, { mode: 0o755 });
  writeFileSync(path.join(repository, 'package-lock.json'), '{}');
  script('build.sh', 'echo built');
  script('migrate.sh', 'echo migrated');
  script(
    'switch.sh',
    `node -e 'fetch(process.argv[1])' "\${HEALTH_URL%/health}/switch?downMs=0&version=$GITHUB_SHA"`,
  );
  return { folder, repository, caches, bin, vars, secrets, script };
}

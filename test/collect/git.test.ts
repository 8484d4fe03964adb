import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { newProgram, type Program } from '../support/program.ts';

interface Commit {
  readonly at: string;
  readonly tag?: string;
}

/** A repository with these commits, newest last; each changes a file of its own. */
function repository(program: Program, commits: readonly Commit[]): { cwd: string; shas: string[] } {
  const cwd = join(program.folder, 'checkout');
  mkdirSync(cwd);
  const git = (env: Record<string, string>, ...args: string[]) =>
    execFileSync('git', args, {
      cwd,
      encoding: 'utf8',
      env: { PATH: process.env.PATH, HOME: program.folder, TMPDIR: program.folder, ...env },
    }).trim();
  git({}, 'init', '-q');
  const shas = commits.map(({ at, tag }) => {
    const who = { GIT_AUTHOR_NAME: 'Ada Lovelace', GIT_AUTHOR_EMAIL: 'ada@example.org' };
    const committer = { GIT_COMMITTER_NAME: 'Bot', GIT_COMMITTER_EMAIL: 'b@example.org' };
    const env = { ...who, ...committer, GIT_AUTHOR_DATE: at, GIT_COMMITTER_DATE: at };
    git(env, 'commit', '-q', '--allow-empty', '-m', at);
    if (tag !== undefined) git(env, 'tag', tag);
    return git({}, 'rev-parse', 'HEAD');
  });
  return { cwd, shas };
}

function factsOf(program: Program, id: string) {
  return Object.fromEntries(
    program
      .rows(`SELECT fact, value FROM deployment_facts WHERE source = 'git' AND deployment_id = '${id}'`)
      .map(({ fact, value }) => [fact, value]),
  );
}

async function deploy(program: Program, { cwd, id, version }: { cwd: string; id: string; version: string }) {
  const named = ['--deployment', 'gateway', '--version', version, '--commit', version];
  const started = await program.run(['start', '--id', id, ...named], { cwd });
  const finished = await program.run(['finish', '--id', id], { cwd });
  return [started.code, finished.code, finished.stderr];
}

describe('Facts from Git', () => {
  test('a deployment records author and time of its commit, and the number of commits since the version in service', async () => {
    const program = newProgram();
    const { cwd, shas } = repository(program, [
      { at: '2026-01-01T10:00:00+02:00' },
      { at: '2026-01-03T10:00:00+02:00' },
      { at: '2026-01-02T10:00:00+02:00', tag: 'v1.1.0' },
    ]);
    const [first = '', , third = ''] = shas;
    expect(await deploy(program, { cwd, id: 'one', version: first })).toEqual([0, 0, '']);
    expect(await deploy(program, { cwd, id: 'two', version: third })).toEqual([0, 0, '']);
    expect(factsOf(program, 'one')).toEqual({
      'git.commit': first,
      'git.author': 'Ada Lovelace',
      'git.committed_at': '2026-01-01T08:00:00.000Z',
    });
    expect(factsOf(program, 'two')).toEqual({
      'git.commit': third,
      'git.author': 'Ada Lovelace',
      'git.tag': 'v1.1.0',
      'git.committed_at': '2026-01-02T08:00:00.000Z',
      'git.commits_since_previous': '2',
      'git.behind_since': '2026-01-02T08:00:00.000Z',
    });
    const { stdout } = await program.run(['show', 'two']);
    expect(stdout).toMatch(/git +committed 2026-01-02T08:00:00.000Z by Ada Lovelace, tag v1.1.0, lead time /);
    expect(stdout).toContain(
      '2 commits since the previous version, the oldest from 2026-01-02T08:00:00.000Z',
    );
  });

  test.each([
    ['a commit that this repository does not have', 'f'.repeat(40)],
    ['a version that looks like an option', '--output=x'],
  ])('a deployment gets no facts from Git for %s', async (_, version) => {
    const program = newProgram();
    const { cwd } = repository(program, [{ at: '2026-01-01T10:00:00Z' }]);
    const named = ['--deployment', 'gateway', `--version=${version}`, `--commit=${version}`];
    await program.run(['start', '--id', 'one', ...named], { cwd });
    const { code, stderr } = await program.run(['finish', '--id', 'one'], { cwd });
    expect([code, stderr]).toEqual([0, '']);
    expect(factsOf(program, 'one')).toEqual({});
  });
});

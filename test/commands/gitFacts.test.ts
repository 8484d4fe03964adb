import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { gitFacts } from '../../src/deployments/gitFacts.ts';

const root = mkdtempSync(join(tmpdir(), 'deploytrack-git-'));
const repository = join(root, 'folder-name');
let first: string;
let second: string;

function git(folder: string, ...args: string[]): string {
  const identity = [
    '-c',
    'user.name=a',
    '-c',
    'user.email=a@b',
    '-c',
    'init.defaultBranch=main',
    '-c',
    'protocol.file.allow=always',
  ];
  return execFileSync('git', [...identity, ...args], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null' },
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim();
}

beforeAll(() => {
  mkdirSync(repository);
  git(repository, 'init');
  git(repository, 'commit', '--allow-empty', '-m', 'one');
  first = git(repository, 'rev-parse', 'HEAD');
  git(repository, 'commit', '--allow-empty', '-m', 'two');
  second = git(repository, 'rev-parse', 'HEAD');
  git(repository, 'remote', 'add', 'origin', 'git@github.com:acme/gateway.git');
  return () => rmSync(root, { recursive: true, force: true });
});

/** A clone that a test may change. */
function clone(name: string): string {
  const folder = join(root, name);
  git(root, 'clone', '-q', repository, folder);
  git(folder, 'remote', 'set-url', 'origin', 'https://github.com/acme/gateway');
  return folder;
}

describe('Commit that is checked out', () => {
  test('the commit is that of the branch, also in a subfolder', () => {
    mkdirSync(join(repository, 'a', 'b'), { recursive: true });
    expect(gitFacts(join(repository, 'a', 'b'))).toEqual({ headSha: second, repository: 'gateway' });
  });

  test('the commit is found among packed refs', () => {
    const folder = clone('packed');
    git(folder, 'pack-refs', '--all', '--prune');
    expect(gitFacts(folder).headSha).toBe(second);
  });

  test('the commit is that of the loose ref if there is also a packed one', () => {
    const folder = clone('loose');
    git(folder, 'pack-refs', '--all');
    git(folder, 'commit', '--allow-empty', '-m', 'three');
    expect(gitFacts(folder).headSha).toBe(git(folder, 'rev-parse', 'HEAD'));
  });

  test('the commit is HEAD itself if it is detached', () => {
    const folder = clone('detached');
    git(folder, 'checkout', '-q', first);
    expect(gitFacts(folder).headSha).toBe(first);
  });

  test.each([['loose'], ['packed']])('the commit of a worktree is found, its branch %s', (how) => {
    const folder = clone(`main-of-${how}`);
    const tree = join(root, `tree-${how}`);
    git(folder, 'worktree', 'add', '-q', '-b', 'topic/one', tree, first);
    if (how === 'packed') git(folder, 'pack-refs', '--all', '--prune');
    expect(gitFacts(tree)).toEqual({ headSha: first, repository: 'gateway' });
  });

  test('the commit of a submodule is found', () => {
    const folder = clone('super');
    git(folder, 'submodule', 'add', '-q', repository, 'part');
    expect(gitFacts(join(folder, 'part')).headSha).toBe(second);
  });

  test('there is no commit before the first one', () => {
    const folder = join(root, 'empty');
    mkdirSync(folder);
    git(folder, 'init');
    expect(gitFacts(folder)).toEqual({ headSha: null, repository: null });
  });

  test('there is no commit outside a repository, or if `.git` points nowhere', () => {
    const folder = join(root, 'plain');
    mkdirSync(folder);
    expect(gitFacts(folder)).toEqual({ headSha: null, repository: null });
    writeFileSync(join(folder, '.git'), 'gitdir: /nowhere\n');
    expect(gitFacts(folder)).toEqual({ headSha: null, repository: null });
    writeFileSync(join(folder, '.git'), 'nonsense');
    expect(gitFacts(folder)).toEqual({ headSha: null, repository: null });
  });
});

describe('Repository name from the remote', () => {
  const named = (...lines: string[]) => {
    const folder = mkdtempSync(join(root, 'remote-'));
    mkdirSync(join(folder, '.git'));
    writeFileSync(join(folder, '.git', 'config'), `[core]\n\tbare = false\n${lines.join('\n')}\n`);
    return gitFacts(folder).repository;
  };

  test.each([
    ['git@github.com:acme/gateway.git', 'gateway'],
    ['https://github.com/acme/gateway', 'gateway'],
    ['https://github.com/acme/gateway.git/', 'gateway'],
    ['https://dev.azure.com/acme/project/_git/My%20Service', 'My Service'],
    ['ssh://git@[::1]:22/srv/gateway.git', 'gateway'],
    ['/srv/git/gateway.git', 'gateway'],
    ['C:\\repos\\gateway', 'gateway'],
    ['../gateway.git', 'gateway'],
    ['git@host:gateway.v2.git', 'gateway.v2'],
  ])('the repository name of %s is %s', (url, name) => {
    expect(
      named('[remote "origin"]', `\turl = ${url}`, '\tfetch = +refs/heads/*:refs/remotes/origin/*'),
    ).toBe(name);
  });

  test('the repository name comes from origin, otherwise from the first remote', () => {
    const upstream = ['[remote "upstream"]', '\turl = https://x/other.git'];
    expect(named(...upstream, '[remote "origin"]', '\tfetch = +refs/*', '\turl = https://x/ours.git')).toBe(
      'ours',
    );
    expect(named(...upstream)).toBe('other');
  });

  test('the repository name comes neither from a push URL nor from a branch', () => {
    expect(
      named(
        '[remote "origin"]',
        '\tpushurl = https://x/pushed.git',
        '[branch "main"]',
        '\turl = https://x/branch.git',
      ),
    ).toBeNull();
  });
});

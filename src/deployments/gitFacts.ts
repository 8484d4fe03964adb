import { dirname, join, resolve } from 'node:path';
import { fileStat } from '../files/fileStat.ts';
import { limitBytes, readNamed } from '../files/readNamed.ts';

/** Reads `.git` without running git: the commit that is checked out, and the name of the remote's repository. */
export interface GitFacts {
  readonly headSha: string | null;
  readonly repository: string | null;
}

export function gitFacts(folder: string): GitFacts {
  const git = gitFolder(folder);
  if (git === null) return { headSha: null, repository: null };
  return { headSha: headSha(git), repository: remoteName(git) };
}

/** The repository's folder, from here upwards; a worktree or submodule has a file that names it. */
function gitFolder(folder: string): string | null {
  for (let at = resolve(folder); ; at = dirname(at)) {
    const found = fileStat(join(at, '.git'));
    if (found?.isDirectory() === true) return join(at, '.git');
    if (found?.isFile() === true) {
      const named = /^gitdir: (.+)$/m.exec(read(join(at, '.git')) ?? '')?.[1];
      return named === undefined ? null : resolve(at, named.trim());
    }
    if (dirname(at) === at) return null;
  }
}

function headSha(git: string): string | null {
  const head = (read(join(git, 'HEAD')) ?? '').trim();
  const reference = /^ref: (.+)$/.exec(head)?.[1];
  if (reference === undefined) return isSha(head) ? head : null;
  const common = commonFolder(git);
  const loose = [git, common].map((folder) => (read(join(folder, reference)) ?? '').trim()).find(isSha);
  if (loose !== undefined) return loose;
  const packed = (read(join(common, 'packed-refs'), mostPackedBytes) ?? '')
    .split('\n')
    .find((line) => line.endsWith(` ${reference}`));
  return packed === undefined ? null : (packed.split(' ')[0] ?? null);
}

function remoteName(git: string): string | null {
  const config = read(join(commonFolder(git), 'config')) ?? '';
  const name = remoteUrl(config)
    ?.split(/[/:\\]/)
    .findLast((part) => part !== '')
    ?.replace(/\.git$/, '');
  return name === undefined || name === '' ? null : unescaped(name);
}

/** The URL of `origin`, otherwise of the first remote. Read line by line: the file is as long as its author made it. */
function remoteUrl(config: string): string | null {
  let remote: string | null = null;
  let first: string | null = null;
  for (const line of config.split('\n').map((one) => one.trim())) {
    if (line.startsWith('[')) remote = /^\[remote "([^"]+)"\]/.exec(line)?.[1] ?? null;
    const equals = line.indexOf('=');
    if (remote === null || equals === -1 || line.slice(0, equals).trim() !== 'url') continue;
    const url = line.slice(equals + 1).trim();
    if (url === '') continue;
    if (remote === 'origin') return url;
    first ??= url;
  }
  return first;
}

/** A URL has %20 for a space in the repository's name. */
function unescaped(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

function commonFolder(git: string): string {
  const common = read(join(git, 'commondir'))?.trim();
  return common === undefined ? git : resolve(git, common);
}

function isSha(text: string): boolean {
  return /^[0-9a-f]{40}([0-9a-f]{24})?$/.test(text);
}

/** Old repositories have many tags, so the file can be long. */
const mostPackedBytes = 64 * 1_048_576;

function read(path: string, mostBytes: number = limitBytes.words): string | null {
  try {
    return readNamed(path, { mostBytes }).toString('utf8');
  } catch {
    return null;
  }
}

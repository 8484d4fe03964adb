import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { ownFiles } from '../../scripts/archives/contents.mjs';
import { type Target, targets } from '../../scripts/archives/targets.mjs';
import { root } from '../readme/document.ts';
import { filesBelow, pack, sha256, standIns, unpack } from '../support/archive.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 180_000 });

const { dependencies, files, version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  dependencies: Record<string, string>;
  files: string[];
  version: string;
};
let nodes: string;
let archives: Record<string, string>;
const unpacked: Record<string, string> = {};
const folders = needed();

// Small files stand for Node: the archives with real ones are in archiveLinux.test.ts and test/windows.
beforeAll(() => {
  nodes = standIns();
  archives = pack(['--stand-ins', nodes]);
  for (const { name } of targets)
    unpacked[name] = unpack(archives[name] as string, mkdtempSync(join(tmpdir(), 'unpacked-')));
});

describe.each(targets)('The archive for $name', (target) => {
  test('the archive contains exactly the package, the packages that it loads, one addon, Node, and what describes them', () => {
    const contained = filesBelow(unpacked[target.name] as string);
    expect(contained).toEqual(expected(target));
    expect(contained).toContain('shell/DeployTrack/DeployTrack.psd1');
    expect(contained.filter((name) => name.endsWith('.node'))).toEqual([
      `node_modules/better-sqlite3/prebuilds/${target.addon}`,
    ]);
  });

  test('every file of the archive is in its checksums, with the right one', () => {
    const folder = unpacked[target.name] as string;
    const list = readFileSync(join(folder, 'SHA256SUMS'), 'utf8').trim().split('\n');
    const summed = list.map((line) => line.split('  ') as [string, string]);
    expect(summed.map(([, name]) => name)).toEqual(
      filesBelow(folder).filter((name) => name !== 'SHA256SUMS'),
    );
    for (const [sum, name] of summed) expect([name, sha256(join(folder, name))]).toEqual([name, sum]);
    expect(readFileSync(archives.SHA256SUMS as string, 'utf8')).toContain(
      `${sha256(archives[target.name] as string)}  deploytrack-${version}-${target.name}.${target.suffix}\n`,
    );
  });

  test('all accounts can read the files and run the programs, and only their owner can change them', () => {
    const folder = unpacked[target.name] as string;
    const modes = new Map(
      filesBelow(folder).map((name) => [name, statSync(join(folder, name)).mode & 0o777]),
    );
    expect([...new Set(modes.values())].sort()).toEqual([0o644, 0o755]);
    for (const name of [target.node.name, target.launcher.name, 'examples/deploy.sh'])
      expect([name, modes.get(name)]).toEqual([name, 0o755]);
    expect(modes.get('dist/deploytrack.cjs')).toBe(0o644);
  });

  test('the SBOM of the archive names every package whose code it has, with Node and SQLite, and no other', () => {
    const folder = unpacked[target.name] as string;
    const sbom = JSON.parse(readFileSync(join(folder, 'deploytrack.cdx.json'), 'utf8')) as {
      components: { name: string; version: string }[];
      metadata: { timestamp: string; component: { name: string } };
    };
    const named = sbom.components.map((one) => `${one.name}@${one.version}`);
    const notices = readFileSync(join(folder, 'THIRD_PARTY_NOTICES'), 'utf8');
    const bundled = [...notices.matchAll(/^-{80}\n\n(\S+) (\S+) \(/gm)].map(
      ([, name, of]) => `${name}@${of}`,
    );
    expect(bundled.length).toBeGreaterThan(10);
    const installed = packageFolders(folder).map((one) => manifest(join(folder, one)));
    const all = new Set([...bundled, ...installed.map((one) => `${one.name}@${one.version}`)]);
    expect(named.filter((one) => !/^(node|sqlite)@/.test(one)).sort()).toEqual([...all].sort());
    expect(named).toContain(`node@${target.node.version}`);
    expect(named.find((one) => one.startsWith('sqlite@'))).toMatch(/@3\.\d+\.\d+$/);
    expect(sbom.metadata).toMatchObject({
      timestamp: '2023-11-14T22:13:20.000Z',
      component: { name: 'deploytrack' },
    });
  });

  test('the archive has the license of everything in it', () => {
    const folder = unpacked[target.name] as string;
    for (const one of packageFolders(folder))
      expect(readdirSync(join(folder, one)).join(' ')).toMatch(/licen[cs]e/i);
    expect(readFileSync(join(folder, 'licenses/node.txt'), 'utf8')).toContain('stands for LICENSE');
    expect(readFileSync(join(folder, 'licenses/sqlite.txt'), 'utf8')).toContain('public domain');
    expect(readFileSync(join(folder, 'THIRD_PARTY_NOTICES'), 'utf8')).toContain('better-sqlite3 ');
  });
});

test('archives that are made again have the same bytes, with another time zone and umask', () => {
  const umask = process.umask(0o077);
  try {
    const again = pack(['--stand-ins', nodes], { TZ: 'Asia/Tokyo' });
    for (const { name } of targets)
      expect([name, sha256(again[name] as string)]).toEqual([name, sha256(archives[name] as string)]);
  } finally {
    process.umask(umask);
  }
});

test('a file that does not belong to the program would be packed, and is noticed', () => {
  const copy = mkdtempSync(join(tmpdir(), 'planted-'));
  cpSync(join(root, 'package.json'), join(copy, 'package.json'));
  mkdirSync(join(copy, 'docs'));
  for (const name of ['planted.md', 'phases.md']) writeFileSync(join(copy, 'docs', name), '');
  const list = expected(targets[0] as Target);
  const packed = ownFiles(copy).map(({ name }) => name);
  expect(packed).toContain('docs/phases.md');
  expect(packed.filter((name) => !list.includes(name))).toEqual(['docs/planted.md']);
});

test('a Node that is not the published one is not packed', () => {
  const cache = mkdtempSync(join(tmpdir(), 'cache-'));
  const { node } = targets[0] as Target;
  writeFileSync(join(cache, `${node.program}-${node.version}.tgz`), 'something else');
  expect(() => pack(['--cache', cache])).toThrow('as it was published');
});

test('the launcher for Windows has the line ends of Windows, and calls the Node of the archive', () => {
  const file = join(unpacked['win32-x64'] as string, 'cmd/deploytrack.cmd');
  expect(readFileSync(file, 'latin1')).toBe('@"%~dp0..\\node.exe" "%~dp0..\\bin\\deploytrack.js" %*\r\n');
});

/** From what Git tracks and the build makes, and from what the packages say that they need. */
function expected({ node, launcher, addon }: Target): string[] {
  const tracked = execFileSync('git', ['-c', 'safe.directory=*', 'ls-files'], { cwd: root, encoding: 'utf8' })
    .trim()
    .split('\n')
    .filter((name) => files.some((one) => name === one || name.startsWith(`${one}/`)));
  const built = readdirSync(join(root, 'dist')).filter((name) => !name.endsWith('.cache'));
  const packages = folders.flatMap((folder) =>
    filesBelow(join(root, folder))
      .filter((name) => !name.startsWith('node_modules/'))
      .map((name) => `${folder}/${name}`),
  );
  return [
    ...tracked,
    ...built.map((name) => `dist/${name}`),
    ...packages,
    ...['package.json', 'README.md', 'LICENSE', 'bin/bare.js', 'bin/bare.js.map'],
    ...['package.json', 'LICENSE', `prebuilds/${addon}`].map((name) => `node_modules/better-sqlite3/${name}`),
    ...[node.name, launcher.name, 'licenses/node.txt', 'licenses/sqlite.txt'],
    ...['deploytrack.cdx.json', 'SHA256SUMS'],
  ].sort();
}

/** Folders of the packages that are not in the bundle: those that the parts of dist/ name, and what they need. */
function needed(): string[] {
  const parts = readdirSync(join(root, 'dist')).filter((name) => name.endsWith('.cjs'));
  const named = parts.flatMap((name) => [
    ...readFileSync(join(root, 'dist', name), 'utf8').matchAll(/(?:require|import|later)\(["'`]([\w-]+)/g),
  ]);
  const left = [...new Set(named.map(([, name]) => name as string))]
    .filter((name) => name in dependencies && name !== 'better-sqlite3')
    .map((name) => `node_modules/${name}`);
  const found = new Set<string>();
  for (let folder = left.pop(); folder !== undefined; folder = left.pop()) {
    if (found.has(folder)) continue;
    found.add(folder);
    for (const name of Object.keys(manifest(join(root, folder)).dependencies ?? {})) {
      const own = `${folder}/node_modules/${name}`;
      const isOwn = readdirSync(join(root, folder)).includes('node_modules') && has(own);
      left.push(isOwn ? own : `node_modules/${name}`);
    }
  }
  return [...found];
}

function has(folder: string): boolean {
  return statSync(join(root, folder), { throwIfNoEntry: false }) !== undefined;
}

function packageFolders(folder: string): string[] {
  return filesBelow(folder)
    .flatMap(
      (name) =>
        /^(node_modules\/(?:.*\/node_modules\/)?(?:@[^/]+\/)?[^/]+)\/package\.json$/.exec(name)?.[1] ?? [],
    )
    .filter((one) => manifest(join(folder, one)).version !== undefined);
}

function manifest(folder: string): { name: string; version: string; dependencies?: Record<string, string> } {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
}

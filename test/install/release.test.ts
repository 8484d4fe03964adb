import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { partOf, released } from '../../scripts/changelog.mjs';
import { root } from '../readme/document.ts';
import { cleanClone } from '../support/cleanClone.ts';

// Each builds the package.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 });

const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
const next = version.replace(/\d+$/, (patch) => `${Number(patch) + 1}`);
const env = {
  PATH: process.env.PATH ?? '',
  HOME: tmpdir(),
  TMPDIR: tmpdir(),
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_SYSTEM: '/dev/null',
  GIT_AUTHOR_NAME: 'a',
  GIT_AUTHOR_EMAIL: 'a@localhost',
  GIT_COMMITTER_NAME: 'a',
  GIT_COMMITTER_EMAIL: 'a@localhost',
};

describe('Changelog of a release', () => {
  const text =
    '# Changelog\n\n## [Unreleased]\n\n### Added\n\n- One.\n\n## [0.1.0]\n\nFirst.\n\n' +
    '[Unreleased]: https://github.com/deploytrack/deploytrack/compare/v0.1.0...HEAD\n[0.1.0]: x\n';
  const after = released(text, { version: '0.2.0', date: '2026-12-01' });

  test('the changelog moves unreleased changes under the version and its date', () => {
    expect(after).toContain(
      '## [Unreleased]\n\n## [0.2.0] - 2026-12-01\n\n### Added\n\n- One.\n\n## [0.1.0]',
    );
    expect(after).toContain('compare/v0.2.0...HEAD\n[0.2.0]: ');
    expect(after).toContain('/compare/v0.1.0...v0.2.0\n[0.1.0]: x');
    expect(partOf(after, '0.2.0')).toBe('### Added\n\n- One.');
    expect(partOf(after, '0.1.0')).toBe('First.');
    expect(partOf(after, '9.9.9')).toBeNull();
  });

  test('the changelog stays unchanged if the version has a section, which must not be empty', () => {
    expect(released(after, { version: '0.2.0', date: '2026-12-02' })).toBe(after);
    expect(() => released(after, { version: '0.3.0', date: '2026-12-02' })).toThrow('says nothing');
    const more = after.replace('## [Unreleased]\n', '## [Unreleased]\n\n- Two.\n');
    expect(() => released(more, { version: '0.2.0', date: '2026-12-02' })).toThrow('is [Unreleased]');
  });
});

describe('npm run release', () => {
  let clone: string;
  let to: string;
  const git = (...words: string[]) =>
    execFileSync('git', words, { cwd: clone, env, encoding: 'utf8' }).trim();
  const release = (...words: string[]) =>
    spawnSync(process.execPath, ['scripts/release.mjs', '--to', to, ...words], {
      cwd: clone,
      env,
      encoding: 'utf8',
    });

  beforeEach(() => {
    clone = cleanClone();
    to = mkdtempSync(join(tmpdir(), 'release-files-'));
    const changelog = join(clone, 'CHANGELOG.md');
    const unreleased = '## [Unreleased]\n\n- Something that is not released.\n';
    writeFileSync(changelog, readFileSync(changelog, 'utf8').replace('## [Unreleased]\n', unreleased));
    git('init', '--quiet', '--initial-branch', 'main');
    git('add', '--all');
    git('commit', '--quiet', '--message', 'x');
  }, 60_000);

  test('release without --run changes nothing and creates package, sources, SBOM, notes and checksums', () => {
    const end = release(next);
    expect({ status: end.status, stderr: end.stderr }).toMatchObject({ status: 0 });
    expect(end.stdout).toContain(
      `dry run of ${next}: CHANGELOG.md, package.json, package-lock.json, shell/DeployTrack/DeployTrack.psd1, examples/`,
    );
    expect([git('status', '--porcelain'), git('tag'), git('rev-list', '--count', 'HEAD')]).toEqual([
      '',
      '',
      '1',
    ]);
    const names = [
      'NOTES.md',
      'SHA256SUMS',
      `deploytrack-${next}-sources.tar.gz`,
      `deploytrack-${next}.cdx.json`,
      `deploytrack-${next}.tgz`,
    ];
    expect(readdirSync(to).sort()).toEqual(names.sort());
    expect(readFileSync(join(to, 'NOTES.md'), 'utf8')).toContain('Something that is not released.');
    for (const line of readFileSync(join(to, 'SHA256SUMS'), 'utf8').trim().split('\n')) {
      const [sum, name = ''] = line.split('  ');
      expect(
        createHash('sha256')
          .update(readFileSync(join(to, name)))
          .digest('hex'),
      ).toBe(sum);
    }
    const list = execFileSync('tar', ['-tf', join(to, `deploytrack-${next}.tgz`)], { encoding: 'utf8' });
    for (const file of ['dist/session.cjs', 'bin/bare.js', 'LICENSE', 'THIRD_PARTY_NOTICES'])
      expect(list).toContain(`package/${file}\n`);
    const { components, metadata } = JSON.parse(
      readFileSync(join(to, `deploytrack-${next}.cdx.json`), 'utf8'),
    ) as { components: { name: string }[]; metadata: { component: { name: string } } };
    const named = components.map(({ name }) => name);
    expect(named).toEqual(
      expect.arrayContaining(['better-sqlite3', 'commander', 'csv-parse', 'prom-client', 'tdigest']),
    );
    // Packages that a development dependency needs as well.
    expect(named).toEqual(expect.arrayContaining(['cross-spawn', 'yaml']));
    expect(named).not.toContain('vitest');
    expect(metadata.component.name).toBe('deploytrack');
  });

  test('release --run commits the version and the changelog with the identity configured in the clone, and tags the commit', () => {
    git('config', 'user.name', 'of this clone');
    git('config', 'user.email', 'clone@localhost');
    const { GIT_AUTHOR_NAME, GIT_AUTHOR_EMAIL, GIT_COMMITTER_NAME, GIT_COMMITTER_EMAIL, ...own } = env;
    const words = ['scripts/release.mjs', '--to', to, '--run', next];
    const end = spawnSync(process.execPath, words, { cwd: clone, env: own, encoding: 'utf8' });
    expect([end.status, git('log', '-1', '--format=%cn %ae')]).toEqual([0, 'of this clone clone@localhost']);
    expect(git('describe', '--exact-match')).toBe(`v${next}`);
    expect(git('log', '-1', '--format=%s')).toBe(`Release ${next}`);
    expect(git('show', 'HEAD:package.json')).toContain(`"version": "${next}"`);
    expect(git('show', 'HEAD:examples/monitoring/Dockerfile')).toContain(` deploytrack@${next} `);
    expect(git('show', 'HEAD:package-lock.json').split(`"version": "${next}"`).length).toBeGreaterThan(2);
    expect(git('status', '--porcelain')).toBe('');
  });

  test('release leaves neither commit nor tag if its files cannot be created', () => {
    writeFileSync(join(to, 'of-another-release'), '');
    const end = release(next, '--run');
    expect([end.status, end.stderr]).toEqual([1, expect.stringContaining(`${to} is not empty`)]);
    expect([git('status', '--porcelain'), git('tag'), git('rev-list', '--count', 'HEAD')]).toEqual([
      '',
      '',
      '1',
    ]);
  });

  test('release rejects a lower version, a tagged version, and uncommitted changes', () => {
    git('tag', `v${next}`);
    expect(release(next).stderr).toBe(`cannot release ${next}: the tag v${next} exists\n`);
    expect(release('0.0.1').stderr).toContain(`package.json is at ${version} already`);
    expect(release('1').stderr).toContain('a version is three numbers');
    writeFileSync(join(clone, 'new.txt'), '');
    const end = release('9.0.0', '--run');
    expect([end.status, end.stderr]).toEqual([
      1,
      'cannot release 9.0.0: there are changes that are not committed\n',
    ]);
    expect(git('tag')).toBe(`v${next}`);
  });
});

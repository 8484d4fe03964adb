import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../', import.meta.url));
const read = (name: string) => readFileSync(join(root, name), 'utf8');
const notices = read('THIRD_PARTY_NOTICES');
const bundled = [...notices.matchAll(/^-{80}\n\n(\S+) (\S+) \(/gm)].map(([, name = '', version = '']) => ({
  name,
  version,
}));
const { dependencies, files } = JSON.parse(read('package.json')) as {
  dependencies: Record<string, string>;
  files: string[];
};
const { packages } = JSON.parse(read('package-lock.json')) as {
  packages: Record<string, { version?: string; dev?: boolean }>;
};

describe('Notices of bundled packages', () => {
  test('the notices match the packages in the bundles', () => {
    const { status, stderr } = spawnSync(process.execPath, ['scripts/generate-notices.mjs', '--check'], {
      cwd: root,
      encoding: 'utf8',
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });

  test('the notices are shipped with a license text for each package', () => {
    expect(files).toContain('THIRD_PARTY_NOTICES');
    expect(bundled.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        '@hono/node-server',
        'better-sqlite3',
        'commander',
        'csv-parse',
        'hono',
        'preact',
        'prom-client',
      ]),
    );
    expect(
      notices.match(/Permission is hereby granted|Permission to use, copy|TERMS AND CONDITIONS FOR USE/g),
    ).toHaveLength(bundled.length);
  });

  test.each(bundled)('an audit of an installed deploytrack sees $name $version', ({ name, version }) => {
    expect(packages[`node_modules/${name}`]).toMatchObject({ version });
    expect(packages[`node_modules/${name}`]).not.toHaveProperty('dev');
    // With a range, npm might install, and an audit check, another version than the bundled one.
    if (dependencies[name] !== undefined) expect(dependencies[name]).toBe(version);
  });
});

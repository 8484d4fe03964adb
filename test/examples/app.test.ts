import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { pack, type Release, served } from './release.ts';
import { type Ended, openSite, repository, type Site } from './site.ts';

/** The example service without deploytrack, on which the deployments of the other tests rely. */
let site: Site;

beforeEach(async () => {
  site = await openSite();
});

afterEach(() => site.close());

/** Unpacks a release, gives it a Python as the deployment would, and returns its folder. */
function unpack(version: Release): string {
  const release = path.join(site.env.NOTES_ROOT ?? '', 'releases', version);
  mkdirSync(path.join(release, 'venv/bin'), { recursive: true });
  mkdirSync(path.join(site.env.NOTES_ROOT ?? '', 'data'), { recursive: true });
  execFileSync('unzip', ['-qo', pack(site, version), '-d', release]);
  writeFileSync(path.join(release, 'venv/bin/python'), '#!/bin/sh\nexec python3 "$@"\n', { mode: 0o755 });
  return release;
}

function database(): string {
  return path.join(site.env.NOTES_ROOT ?? '', 'data/notes.db');
}

function migrate(release: string): Promise<Ended> {
  return site.run('python3', [
    path.join(release, 'migrate.py'),
    database(),
    '--count-file',
    path.join(release, 'migrated'),
  ]);
}

function inService(release: string): Promise<Ended> {
  return site.run(path.join(repository, 'examples/switch.sh'), [release]);
}

describe('Migrations of the example service', () => {
  it('migrations run once each, in order, and are counted', async () => {
    const release = unpack('2.0.0');
    expect(await migrate(release)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('applied 0002_pin_notes.sql'),
    });
    expect(readFileSync(path.join(release, 'migrated'), 'utf8')).toBe('2\n');
    expect(await migrate(release)).toMatchObject({ code: 0, stdout: '0 migration(s) applied\n' });
    expect(readFileSync(path.join(release, 'migrated'), 'utf8')).toBe('0\n');
  });

  it('a failed migration leaves the database unchanged and exits with 1', async () => {
    await migrate(unpack('2.0.0'));
    const { code, stderr } = await migrate(unpack('3.0.0'));
    expect(code).toBe(1);
    expect(stderr).toContain('0003_require_author.sql');
    const applied = execFileSync('sqlite3', [database(), 'SELECT MAX(number) FROM schema_migrations'], {
      encoding: 'utf8',
    });
    expect(applied).toBe('2\n');
  });
});

describe('The example service', () => {
  it('the example service reports its packed version, stores notes, and ends cleanly on SIGTERM', async () => {
    const release = unpack('2.0.0');
    await migrate(release);
    expect(await inService(release)).toMatchObject({ code: 0, stderr: '' });
    const health = await eventually(async () => (await served(site)) ?? undefined);
    expect(health).toMatchObject({ version: '2.0.0', status: 'ok', schema: 2 });
    const posted = await fetch(`http://127.0.0.1:${site.port}/notes`, {
      method: 'POST',
      body: 'böse "Zitate"',
    });
    expect(posted.status).toBe(201);
    const notes = await (await fetch(`http://127.0.0.1:${site.port}/notes`)).json();
    expect(notes).toMatchObject([{ text: 'the first note' }, { text: 'böse "Zitate"', pinned: 0 }]);
    await site.run(path.join(repository, 'examples/service.sh'), ['stop']);
    expect(await served(site)).toBeNull();
    expect(readFileSync(path.join(site.env.NOTES_ROOT ?? '', 'notes.log'), 'utf8')).toContain(
      'notes 2.0.0 has stopped',
    );
  });

  it('the example service responds with 503 if a migration it needs was not packed', async () => {
    const release = unpack('4.0.0');
    await migrate(release);
    await inService(release);
    const health = await eventually(async () => (await served(site)) ?? undefined);
    expect(health).toMatchObject({ version: '4.0.0', status: 'failing' });
    expect((await fetch(`http://127.0.0.1:${site.port}/health`)).status).toBe(503);
  });

  it('the example service can be switched from one release to the next', async () => {
    const [first, second] = [unpack('1.0.0'), unpack('2.0.0')];
    await migrate(second);
    await inService(first);
    await eventually(async () => ((await served(site))?.version === '1.0.0' ? true : undefined));
    expect(await inService(second)).toMatchObject({ code: 0 });
    await eventually(async () => ((await served(site))?.version === '2.0.0' ? true : undefined));
  });
});

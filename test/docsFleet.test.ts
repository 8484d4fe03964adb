import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { blocksIn, page } from './readme/document.ts';
import { newSite } from './readme/site.ts';
import { because } from './support/because.ts';
import { postgresPrograms, startPostgres } from './support/postgres.ts';

vi.setConfig({ testTimeout: 120_000 });

test.skipIf(because(postgresPrograms === undefined, 'no PostgreSQL'))(
  'the blocks of docs/fleet.md make a store, send to it as a writer and read it as a reader, in their order',
  async () => {
    const postgres = await startPostgres();
    onTestFinished(() => postgres.remove());
    postgres.rows('CREATE DATABASE deployments');
    const database = postgres.url.replace(/\/postgres$/, '/deployments');
    const asOwner = (...words: string[]) =>
      expect(
        spawnSync('psql', ['-X', '-q', '-v', 'ON_ERROR_STOP=1', database, ...words], { encoding: 'utf8' }),
      ).toMatchObject({ status: 0, stderr: '' });
    for (const { text } of blocksIn('sql', [page('docs/fleet.md')])) asOwner('-c', text);
    const site = await newSite('');
    const { folder } = site.program;
    const blocks = blocksIn('bash', [page('docs/fleet.md')]);
    expect(blocks.length).toBeGreaterThan(4);
    for (const { text } of blocks) {
      const script = site.here(text).replaceAll('db.example', `127.0.0.1:${postgres.port}`);
      // Each block of the page has its own shell; what it exports is for the blocks below it.
      const env = text.includes('fleet wait')
        ? { DEPLOYTRACK_STORE_URL: database, DEPLOYTRACK_ENVIRONMENT: 'production' }
        : {};
      const { code, stdout, stderr } = await site.bash(script, { DEPLOYTRACK_ID: '', ...env });
      expect({ code, text }, `${stdout}${stderr}`).toEqual({ code: 0, text });
      if (text.includes('--print-schema')) asOwner('-f', join(folder, 'schema.sql'));
    }
    expect(statSync(join(folder, 'etc/deploytrack/store-password')).mode & 0o777).toBe(0o600);
    expect(site.usageErrors()).toBe('');
    expect(postgres.rows("SELECT count(*) AS n FROM pg_roles WHERE rolname LIKE 'deploytrack\\_%'")).toEqual([
      { n: 2 },
    ]);
  },
);

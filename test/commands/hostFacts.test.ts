import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readHostFacts } from '../../src/deployments/readHostFacts.ts';
import { hostFactsOfBoot } from '../../src/ledger/hostFacts.ts';
import { applyMark } from '../../src/ledger/marks/apply.ts';
import { finishMark, startMark } from '../ledger/makeMarks.ts';
import { type TestHost, testHost } from './testSession.ts';

async function finished(pythonCommand: string | null): Promise<TestHost> {
  const host = testHost();
  const database = await host.command('init').session.store.database();
  applyMark(host.context, { database, mark: startMark(host.context.instant(), { pythonCommand }) });
  applyMark(host.context, { database, mark: finishMark(host.context.instant()) });
  return host;
}

/** Facts that were read earlier during this boot. */
async function known(host: TestHost, boot = 'boot-1'): Promise<void> {
  const database = await host.command('init').session.store.database();
  database.prepare("INSERT INTO host_facts VALUES (?, 'web-1', 'Debian 12', 'cpu', 2, 1, 'now')").run(boot);
}

async function read(host: TestHost) {
  const { session } = host.command('finish');
  await readHostFacts(session, 'd1');
  const [row] = await host.rows('SELECT os_version AS os, python_version AS python FROM deployment_metrics');
  const warnings = session.warnings.map(({ code }) => code);
  return { os: String(row?.os), python: row?.python, warnings };
}

const answering = (host: TestHost, text: string) => {
  const path = join(host.folder, 'python');
  writeFileSync(path, `#!/bin/sh\n${text}\n`, { mode: 0o755 });
};

describe('Facts about the host', () => {
  test('host facts of this boot are read from the ledger', async () => {
    const host = await finished(null);
    await known(host);
    expect(await read(host)).toEqual({ os: 'Debian 12', python: null, warnings: [] });
  });

  test('host facts are those of this boot although a correction of the clock moved its minute on Windows', async () => {
    const host = await finished(null);
    await known(host, 'boot-29412345');
    const database = await host.command('init').session.store.database();
    expect(hostFactsOfBoot(database, 'boot-29412347')?.osVersion).toBe('Debian 12');
    expect(hostFactsOfBoot(database, 'boot-29412545')).toBeNull();
  });

  test('host facts of another boot are read again and replaced', async () => {
    const host = await finished(null);
    await known(host, 'boot-0');
    const { os } = await read(host);
    expect(os).not.toBe('Debian 12');
    expect(os.length).toBeGreaterThan(0);
    expect(await host.rows('SELECT boot, hostname, os_version AS os FROM host_facts')).toEqual([
      { boot: 'boot-1', hostname: 'web-1', os },
    ]);
  });
});

describe('Python version', () => {
  test.each([
    ['echo "Python 3.14.2"', '3.14.2'],
    ['echo "Python 2.7.18" >&2', '2.7.18'],
    ['echo "Python 3.15.0rc1+"', '3.15.0rc1+'],
  ])('the Python version is what the command of `--python` prints: %s', async (script, version) => {
    const host = await finished('./python');
    await known(host);
    answering(host, script);
    expect(await read(host)).toEqual({ os: 'Debian 12', python: version, warnings: [] });
  });

  test.each(['exit 3', 'echo hello'])(
    'the Python version is empty with a warning if the command does not print one: %s',
    async (script) => {
      const host = await finished('./python');
      await known(host);
      answering(host, script);
      expect(await read(host)).toEqual({ os: 'Debian 12', python: null, warnings: ['PYTHON'] });
    },
  );

  test('the Python version is empty with a warning if the command does not exist', async () => {
    const host = await finished('./no-python');
    await known(host);
    expect(await read(host)).toEqual({ os: 'Debian 12', python: null, warnings: ['PYTHON'] });
  });
});

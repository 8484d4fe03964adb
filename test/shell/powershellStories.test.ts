import { spawn } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { powershell, quietPowershell } from '../examples/powershell.ts';
import { layShim } from '../examples/site.ts';
import { noPowershell } from '../support/because.ts';
import { endOf, type Program, rowsOf } from '../support/program.ts';
import { endsIn, listOf, manifest, type OneEnd, type OneScript, oneByOne } from './oneByOne.ts';
import { inPowershell, scriptOf } from './powershellStories.ts';
import { newScriptHost } from './shells.ts';
import { type Story, stories } from './stories.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 240_000 });

const ways = ['the module', 'plain commands', "plain commands, by npm's .ps1 shim"] as const;
type Way = (typeof ways)[number];

/** What the ledger then has. */
interface Recorded {
  readonly status: string | undefined;
  readonly error: string | null;
  readonly phases: readonly string[];
  readonly tests: readonly string[];
}

const mayMount = process.getuid?.() === 0;
const told = stories.filter(({ before }) => before === undefined || mayMount);

/** Stories that are told again with the argument rules of Windows PowerShell 5.1, under another name. */
const legacy = ['a deployment that succeeds', 'a wrapped command that fails under set -e'];

test('every story has its form in PowerShell, and no other', () => {
  expect(Object.keys(inPowershell).toSorted()).toEqual(stories.map(({ title }) => title).toSorted());
});

describe.skipIf(noPowershell())('Stories in PowerShell', () => {
  const hosts: Program[] = [];
  const ended = new Map<string, Partial<OneEnd>>();
  const ledgers = new Map<string, string>();

  function newHost(way: Way): Program {
    const host = newScriptHost();
    hosts.push(host);
    if (way.includes('shim')) {
      rmSync(join(host.folder, 'bin/deploytrack'));
      layShim(join(host.folder, 'bin'));
    }
    return { ...host, env: { ...host.env, ...quietPowershell(host.folder) } };
  }

  /** Writes the script of a story, and says what its run needs. */
  function written(
    host: Program,
    { story, way, passing }: { story: Story; way: Way; passing: 'Standard' | 'Legacy' },
  ): Required<Pick<OneScript, 'name' | 'folder' | 'file' | 'env' | 'passing'>> {
    const name = `${story.title}, ${passing}`;
    const folder = join(host.folder, String(ledgers.size));
    mkdirSync(folder);
    const file = join(folder, 'deploy.ps1');
    writeFileSync(file, scriptOf(inPowershell[story.title] as never, way === 'the module'));
    const ledger = join(folder, 'd.db');
    ledgers.set(`${way}: ${name}`, ledger);
    const env = { DEPLOYTRACK_LEDGER: ledger, DEPLOYTRACK_SETTINGS_ROOT: folder, ...story.env };
    return { name, folder, file, env, passing };
  }

  const start = (host: Program, words: readonly string[], more: Record<string, string> = {}) =>
    endOf(
      spawn(words[0] ?? '', words.slice(1), {
        cwd: host.folder,
        env: { ...host.env, ...more },
        stdio: ['ignore', 'pipe', 'pipe'],
        detached: true,
      }),
    );

  /** All stories that leave their process alive, in one. */
  async function tellTogether(way: Way): Promise<void> {
    const host = newHost(way);
    const together = told.filter(({ title }) => !inPowershell[title]?.endsProcess);
    const again = way.includes('shim') ? together.filter(({ title }) => legacy.includes(title)) : [];
    const all = [
      ...together.map((story) => written(host, { story, way, passing: 'Standard' })),
      ...again.map((story) => written(host, { story, way, passing: 'Legacy' })),
    ];
    const list = join(host.folder, 'stories.json');
    writeFileSync(list, listOf(all));
    const words = oneByOne(list, { module: way === 'the module' });
    const end = await start(host, [...(mayMount ? ['unshare', '-m'] : []), ...words]);
    for (const [name, one] of endsIn(end.stdout)) ended.set(`${way}: ${name}`, one);
    ended.set(`${way}: whole`, { code: end.code, output: [end.stderr] });
  }

  /** A story that ends its process. */
  async function tellAlone(way: Way, story: Story): Promise<void> {
    const host = newHost(way);
    const { name, folder, file, env } = written(host, { story, way, passing: 'Standard' });
    const loading = way === 'the module' ? `Import-Module -Name '${manifest}'; ` : '';
    const words = [
      powershell ?? '',
      '-NoProfile',
      '-NonInteractive',
      '-Command',
      `${loading}Set-Location '${folder}'; & '${file}'`,
    ];
    const end = await start(host, words, env);
    ended.set(`${way}: ${name}`, { code: end.code });
    // The mark before SIGTERM waits in the journal; the next command imports it.
    await host.quiet(['start', '--deployment', 'other'], { env });
  }

  beforeAll(async () => {
    for (const way of ways) {
      await tellTogether(way);
      for (const story of told) if (inPowershell[story.title]?.endsProcess) await tellAlone(way, story);
    }
  });
  afterAll(() => {
    for (const { folder } of hosts) rmSync(folder, { recursive: true, force: true });
  });

  function recorded(name: string): Recorded {
    const rows = (sql: string) => rowsOf(ledgers.get(name) ?? '', { sql });
    const [row] = rows(
      "SELECT deployment_status AS status, error_message AS error FROM deployment_metrics WHERE deployment = 'app'",
    ) as { status: string; error: string | null }[];
    return {
      status: row?.status,
      error: row?.error ?? null,
      phases: rows(
        `SELECT stage || ' ' || status || ' ' || coalesce(exit_code, 'null') || ' ' || service || ' ' || coalesce(judged, '-')
         || ' ' || late AS line FROM deployment_stages ORDER BY stage, service, status, exit_code`,
      ).map(({ line }) => String(line)),
      tests: rows('SELECT test_name, status FROM smoke_tests').map((one) => `${one.test_name} ${one.status}`),
    };
  }

  test.each(ways)('by %s nothing but warnings is printed on stderr, and PowerShell ends with 0', (way) => {
    const { code, output } = ended.get(`${way}: whole`) ?? {};
    const others = output?.[0]?.split('\n').filter((line) => !/^deploytrack: (?:warning|hint): /.test(line));
    expect({ code, others }).toEqual({ code: 0, others: [''] });
  });

  describe.each(ways)('By %s', (way) => {
    const names = told.map((story) => ({ story, passing: 'Standard' }));
    const again = told.filter(({ title }) => way.includes('shim') && legacy.includes(title));
    test.each([...names, ...again.map((story) => ({ story, passing: 'Legacy' }))])(
      '$story.title is recorded as in every shell ($passing)',
      ({ story, passing }) => {
        const name = `${way}: ${story.title}, ${passing}`;
        const rows = recorded(name);
        // PowerShell runs no `finally` after SIGTERM.
        const isOpen = story.needsTrap && story.title.startsWith('SIGTERM');
        if (isOpen) {
          expect(rows.status).toBe('in-progress');
          expect(rows.phases).toHaveLength(1);
        } else {
          expect(rows.status).toBe(story.status);
          expect(rows.phases.map((line) => line.split(' ').slice(0, 3).join(' '))).toEqual(story.phases);
        }
        if (story.status === 'success') expect(rows.error).toBe(null);
        else if (!isOpen) expect(rows.error).toEqual(expect.any(String));
        // The other ways have the same rows, and the caller sees the same end. The module knows where an error ended a phase.
        const judged = ({ phases, tests }: Recorded) => ({
          phases: way === 'the module' ? phases.map((line) => line.replace(/(yes|no) (?=\d$)/, '')) : phases,
          tests,
        });
        const plain = `plain commands: ${story.title}, Standard`;
        expect(judged(rows)).toEqual(judged(recorded(plain)));
        expect(ended.get(name)).toEqual(ended.get(plain));
        expect(ended.get(name)?.left ?? null).toBe(null);
      },
    );
  });
});

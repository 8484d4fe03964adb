import { execFile } from 'node:child_process';
import { rmSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test, vi } from 'vitest';
import { nodeSqlite } from '../../src/ledger/file/nodeSqlite.ts';
import { because } from '../support/because.ts';
import { addonIn, installedCopy } from '../support/installedCopy.ts';
import { incomplete } from '../support/nodeSqliteReason.ts';
import { nodeOf, notBrought } from '../support/nodes.ts';
import { newProgram, type Program, startDeployment } from '../support/program.ts';
import { oneWarningWithHint } from './lines.ts';

vi.setConfig({ testTimeout: 60_000 });

const noLibrary = (folder: string) => writeFileSync(addonIn(folder), 'of a newer system');
const script = installedCopy(noLibrary);

const nodes = Object.entries({
  '24 or newer': nodeSqlite() === null ? undefined : process.execPath,
  26: nodeOf('26'),
});

describe.each(nodes)("Node's own SQLite on Node %s", (name, node) => {
  test.skipIf(because(node === undefined, name === '26' ? notBrought(name) : incomplete))(
    'backup and prune work if the addon does not load',
    async () => {
      const program = newProgram({ script, ...(node === undefined ? {} : { node }) });
      await startDeployment(program);
      const file = join(program.folder, 'a.db');
      expect(await program.quiet(['backup', file])).toContain(': 1 deployment, ');
      expect(await program.quiet(['backup', file])).toContain(': 1 deployment, ');
      expect(await program.quiet(['prune', '--keep', '400d', '--dry-run'])).toContain('nothing to delete');
      expect(await program.quiet(['prune', '--keep', '400d'])).toContain('nothing to delete');
      expect(program.rows('PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }]);
    },
  );

  test.skipIf(because(node === undefined, name === '26' ? notBrought(name) : incomplete))(
    'a deployment is recorded without warnings if the addon does not load, and a reader with the addon sees the same',
    async () => {
      const program = newProgram({ script, ...(node === undefined ? {} : { node }) });
      const id = await startDeployment(program, '--notes', 'kept \u{1f680} whole');
      const wrapped = await program.run(['extract', '--id', id, '--', 'sh', '-c', 'echo ran; exit 3']);
      expect(wrapped).toEqual({ code: 3, signal: null, stdout: 'ran\n', stderr: '' });
      await program.quiet(['rollback', '--id', id, '--reason', 'manual']);
      await program.run(['finish', '--id', id]);
      expect(program.journals()).toBe('');
      expect(program.rows('PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }]);
      expect(
        program.rows(
          'SELECT deployment_id AS id, deployment_status AS status, notes FROM deployment_metrics',
        ),
      ).toEqual([{ id, status: 'failed', notes: 'kept \u{1f680} whole' }]);
      const byAddon = sameLedger(program);
      for (const words of [['show', id, '--json'], ['history', '--json'], ['stats', '--json'], ['export']])
        expect([words, await program.quiet(words)]).toEqual([words, await byAddon.quiet(words)]);
    },
  );
});

describe.skipIf(because(nodeSqlite() === null, incomplete))("Node's own SQLite in place of the addon", () => {
  test.each<[string, (folder: string) => void]>([
    ['is missing', (folder) => rmSync(addonIn(folder))],
    ['is cut', (folder) => truncateSync(addonIn(folder), 100_000)],
    ['is missing with its whole package', (folder) => rmSync(folder, { recursive: true })],
  ])("Node's own SQLite is used if the addon %s", async (_, damage) => {
    const program = newProgram({ script: installedCopy(damage) });
    await startDeployment(program);
    expect(program.rows('SELECT version FROM deployment_metrics')).toEqual([{ version: '1' }]);
  });

  test("doctor names Node's own SQLite, the reason and how to get the addon, but not if the addon works", async () => {
    const program = newProgram({ script });
    await startDeployment(program);
    const line = /^ok +SQLite (.*) \(node:sqlite\): (.*)$/m;
    const { stdout } = await program.run(['doctor']);
    expect(line.exec(stdout)?.[1]).toBe(process.versions.sqlite);
    expect(line.exec(stdout)?.[2]).toMatch(
      /^Node \S+ cannot load SQLite's native addon: .*file too short \(hint: run npm install --prefix /,
    );
    expect((await sameLedger(program).run(['doctor'])).stdout).not.toMatch(/\(node:sqlite\)/);
  });

  test("programs with the addon and with Node's own SQLite write one ledger at once, and every mark is in it", async () => {
    const program = newProgram({ script });
    const id = await startDeployment(program);
    const both = [program, sameLedger(program)];
    const names = Array.from({ length: 24 }, (_, at) => `p${at}`);
    await Promise.all(names.map((name, at) => both[at % 2]?.quiet(['phase', 'start', name, '--id', id])));
    const kept = program.rows('SELECT stage FROM deployment_stages').map(({ stage }) => String(stage));
    expect(kept.sort()).toEqual(names.sort());
    expect(program.rows('PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }]);
  });
});

const older = nodeOf('22.14.0');

test.skipIf(because(older === undefined, notBrought('22.14.0')))(
  'marks wait in the journal on a Node whose SQLite would lose text, without a warning about an experiment',
  async () => {
    const program = newProgram({ script, ...(older === undefined ? {} : { node: older }) });
    const begun = await program.run(['start', '--deployment', 'app', '--version', '1']);
    expect(oneWarningWithHint(begun)).toContain('the mark was saved to');
    await sameLedger(program).quiet(['history']);
    expect(program.rows('SELECT version FROM deployment_metrics')).toEqual([{ version: '1' }]);
  },
);

/** The program of this checkout, whose addon loads, with the same ledger. */
function sameLedger({ ledger, env }: Program): Program {
  return newProgram({ ledger, env });
}

test("a process that opened a ledger with the addon keeps using it if the package is replaced, and never switches to Node's own SQLite", async () => {
  const script = installedCopy(() => undefined);
  const program = newProgram({ script });
  await startDeployment(program);
  const folder = dirname(dirname(script));
  const before = join(folder, 'node_modules/better-sqlite3/package.json');
  const code = `
    const { openLedger } = require(${JSON.stringify(join(folder, 'dist/library.cjs'))});
    const { readFileSync, writeFileSync } = require('node:fs');
    const first = openLedger(process.argv[1]);
    const file = process.argv[2];
    writeFileSync(file, readFileSync(file, 'utf8').replace(/"version": *"[^"]*"/, '"version": "99.0.0"'));
    const second = openLedger(process.argv[1]);
    console.log(first.latest().version, second.latest().version, process.moduleLoadList.includes('NativeModule sqlite'));
  `;
  const { stdout } = await promisify(execFile)(process.execPath, ['-e', code, program.ledger, before]);
  expect(stdout).toBe('1 1 false\n');
});

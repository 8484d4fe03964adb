import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { because } from '../support/because.ts';
import { newProgram } from '../support/program.ts';
import { oneProblemWithHint, oneWarningWithHint, usageErrorWithHint } from './lines.ts';

const shipped = fileURLToPath(new URL('../../examples/monitoring/grafana/dashboards', import.meta.url));
const names = ['deployments.json', 'fleet.json', 'pipeline.json', 'troubleshooting.json'];

test('dashboards --out writes the four that ship, byte for byte, and no ledger', async () => {
  const program = newProgram();
  const folder = join(program.folder, 'grafana', 'dashboards');
  const end = await program.run(['dashboards', '--out', folder]);
  expect(end).toMatchObject({ code: 0, stdout: '' });
  expect(end.stderr).toBe(names.map((name) => `deploytrack: wrote ${join(folder, name)}\n`).join(''));
  expect(readdirSync(folder).sort()).toEqual(names);
  for (const name of names)
    expect(readFileSync(join(folder, name), 'utf8')).toBe(readFileSync(join(shipped, name), 'utf8'));
  expect(existsSync(program.ledger)).toBe(false);
});

test('dashboards replaces what it wrote before, leaves what is not its own, and works where it is disabled', async () => {
  const program = newProgram({ env: { DEPLOYTRACK_DISABLED: '1' } });
  writeFileSync(join(program.folder, 'fleet.json'), 'old');
  writeFileSync(join(program.folder, 'mine.json'), 'mine');
  expect((await program.run(['dashboards', '--out', '.'])).code).toBe(0);
  expect(readFileSync(join(program.folder, 'fleet.json'), 'utf8')).toContain('"title": "Fleet"');
  expect(readFileSync(join(program.folder, 'mine.json'), 'utf8')).toBe('mine');
});

test.each([
  ['without a folder', [], 'needs a folder to write to'],
  ['with an empty one', ['--out', ''], 'needs a folder to write to'],
  ['with --out and nothing behind it', ['--out'], 'argument missing'],
  ['with a file', ['--out', 'file'], 'invalid folder "file" for --out'],
  ['with a folder in a file', ['--out', 'file/below/it'], 'file is not a folder'],
  ['with a word that it does not know', ['--out', 'new', 'deployments'], 'too many arguments'],
])('dashboards %s is a usage error, and nothing is written', async (_, words, says) => {
  const program = newProgram();
  writeFileSync(join(program.folder, 'file'), 'a file');
  const before = readdirSync(program.folder);
  expect(usageErrorWithHint(await program.run(['dashboards', ...words]))).toContain(says);
  expect(readdirSync(program.folder)).toEqual(before);
});

// Node's own recursive mkdir turns for ever below /proc.
test.skipIf(because(process.platform !== 'linux', 'not Linux'))(
  'a folder that cannot be made ends, too',
  async () => {
    const program = newProgram();
    const end = await program.run(['dashboards', '--out', '/proc/nowhere/at/all']);
    expect(end.code).toBe(1);
    expect(oneProblemWithHint(end)).toContain('cannot be written');
  },
);

test.skipIf(because(process.platform !== 'linux', 'not Linux'))(
  'so does a mark whose ledger cannot have a folder',
  async () => {
    const program = newProgram({ ledger: '/proc/nowhere/at/all.db' });
    const begun = await program.run(['start', '--deployment', 'app', '--version', '1']);
    expect(oneWarningWithHint(begun)).toContain('the mark was saved to');
  },
);

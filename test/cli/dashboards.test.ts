import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { because } from '../support/because.ts';
import { newProgram } from '../support/program.ts';
import { oneProblemWithHint, oneWarningWithHint, usageErrorWithHint } from './lines.ts';

const shipped = fileURLToPath(new URL('../../examples/monitoring/grafana/dashboards', import.meta.url));
const names = ['deployments.json', 'fleet.json', 'pipeline.json', 'troubleshooting.json'];

test('dashboards --out writes the four shipped files byte for byte and creates no ledger', async () => {
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

test('dashboards --store also writes the one on rows, with the address of the web UI', async () => {
  const program = newProgram();
  const end = await program.run(['dashboards', '--out', '.', '--store', '--page', 'https://deploys.example']);
  expect(end.code).toBe(0);
  const added = 'fleet-deployments.json';
  expect(
    readdirSync(program.folder)
      .filter((name) => name.endsWith('.json'))
      .sort(),
  ).toEqual([...names, added].sort());
  const { uid, templating } = JSON.parse(readFileSync(join(program.folder, added), 'utf8'));
  expect(uid).toBe('deploytrack-fleet-deployments');
  const page = templating.list.find((variable: { name: string }) => variable.name === 'page');
  expect(page.current).toEqual({ text: 'https://deploys.example', value: 'https://deploys.example' });
});

test('dashboards --page makes the address of the web UI the value of its variable, and changes nothing else', async () => {
  const program = newProgram();
  const address = 'https://deploys.example/web';
  expect((await program.run(['dashboards', '--out', '.', '--page', address])).code).toBe(0);
  for (const name of names) {
    const [written, original] = [join(program.folder, name), join(shipped, name)].map((file) =>
      JSON.parse(readFileSync(file, 'utf8')),
    );
    const page = written.templating.list.find((variable: { name: string }) => variable.name === 'page');
    expect(page).toMatchObject({ type: 'textbox', query: address, current: { value: address } });
    const others = (list: { name: string }[]) => list.filter((variable) => variable.name !== 'page');
    expect(others(written.templating.list)).toEqual(others(original.templating.list));
    expect({ ...written, templating: null }).toEqual({ ...original, templating: null });
  }
});

test('dashboards replaces its own files, leaves other files alone, and also works if deploytrack is disabled', async () => {
  const program = newProgram({ env: { DEPLOYTRACK_DISABLED: '1' } });
  writeFileSync(join(program.folder, 'fleet.json'), 'old');
  writeFileSync(join(program.folder, 'mine.json'), 'mine');
  expect((await program.run(['dashboards', '--out', '.'])).code).toBe(0);
  expect(readFileSync(join(program.folder, 'fleet.json'), 'utf8')).toContain('"title": "Fleet"');
  expect(readFileSync(join(program.folder, 'mine.json'), 'utf8')).toBe('mine');
});

test.each([
  ['without a folder', [], 'missing --out, the folder to write to'],
  ['with an empty folder name', ['--out', ''], 'missing --out, the folder to write to'],
  ['with --out and no value', ['--out'], 'argument missing'],
  [
    'with a page that is no address',
    ['--out', 'new', '--page', 'deploys.example'],
    'invalid URL "deploys.example"',
  ],
  ['with a file in place of the folder', ['--out', 'file'], 'invalid folder "file" for --out'],
  ['with a folder in a file', ['--out', 'file/below/it'], 'file is not a folder'],
  ['with an unknown argument', ['--out', 'new', 'deployments'], 'too many arguments'],
])('dashboards %s is a usage error, and nothing is written', async (_, words, says) => {
  const program = newProgram();
  writeFileSync(join(program.folder, 'file'), 'a file');
  const before = readdirSync(program.folder);
  expect(usageErrorWithHint(await program.run(['dashboards', ...words]))).toContain(says);
  expect(readdirSync(program.folder)).toEqual(before);
});

// Node's own recursive mkdir loops forever below /proc.
test.skipIf(because(process.platform !== 'linux', 'not Linux'))(
  'dashboards ends with an error if its folder cannot be created',
  async () => {
    const program = newProgram();
    const end = await program.run(['dashboards', '--out', '/proc/nowhere/at/all']);
    expect(end.code).toBe(1);
    expect(oneProblemWithHint(end)).toContain('cannot be written');
  },
);

test.skipIf(because(process.platform !== 'linux', 'not Linux'))(
  'a mark ends with a warning if the folder of its ledger cannot be created',
  async () => {
    const program = newProgram({ ledger: '/proc/nowhere/at/all.db' });
    const begun = await program.run(['start', '--deployment', 'app', '--version', '1']);
    expect(oneWarningWithHint(begun)).toContain('the mark was saved to');
  },
);

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { alerts } from '../../../src/monitoring/rules/alerts/alerts.ts';
import { noneChosen } from '../../../src/monitoring/rules/chosenThresholds.ts';
import { alertsFile, recordingGroups } from '../../../src/monitoring/rules/groups.ts';
import { rulesYaml } from '../../../src/monitoring/rules/render.ts';
import { checked, root } from '../../readme/document.ts';

const folder = join(root, 'examples/monitoring/rules');
const runbook = readFileSync(join(root, 'docs/alerts.md'), 'utf8');
const files = {
  'alerts.yml': rulesYaml(alertsFile(noneChosen)),
  'recording.yml': rulesYaml(recordingGroups()),
};

test.each(Object.entries(files))('the generated file %s is up to date', (name, text) => {
  expect(readFileSync(join(folder, name), 'utf8')).toBe(text);
});

test('the generator finds no outdated file', () => {
  checked(process.execPath, [join(root, 'scripts/generate-monitoring.mjs'), '--check']);
});

test.each(Object.keys(files))('promtool accepts %s', (name) => {
  checked('promtool', ['check', 'rules', join(folder, name)]);
});

test.each(alerts.map(({ name }) => name))('the alert %s has a section in the runbook', (name) => {
  const headings = runbook.match(new RegExp(`^### ${name}$`, 'gm'));
  expect(headings?.length).toBe(1);
  expect(files['alerts.yml']).toContain(`/docs/alerts.md#${name.toLowerCase()}\n`);
});

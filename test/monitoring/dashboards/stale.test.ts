import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from './shipped.ts';

const dashboards = 'examples/monitoring/grafana/dashboards';
const ofStore = 'examples/monitoring/grafana/store/dashboards';

test('the dashboard JSON matches the code', () => {
  expect(check(root)).toEqual({ status: 0, stderr: '' });
});

test('outdated, missing and extra dashboard JSON fails the check, and generating fixes it', () => {
  const copy = mkdtempSync(join(tmpdir(), 'dashboards-'));
  try {
    for (const name of ['src', 'scripts', 'examples/monitoring', 'package.json', 'tsconfig.json'])
      cpSync(join(root, name), join(copy, name), { recursive: true });
    symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
    const file = join(copy, dashboards, 'fleet.json');
    const whole = readFileSync(file, 'utf8');
    writeFileSync(file, whole.replace('"1m"', '"5s"'));
    writeFileSync(join(copy, dashboards, 'extra.json'), '{}\n');
    rmSync(join(copy, dashboards, 'pipeline.json'));
    writeFileSync(join(copy, ofStore, 'fleet-deployments.json'), '{}\n');
    const { status, stderr } = check(copy);
    expect(status).toBe(1);
    for (const name of ['fleet.json', 'extra.json', 'pipeline.json', 'fleet-deployments.json'])
      expect(stderr).toContain(name);
    expect(stderr).not.toContain('/deployments.json');
    generate(copy);
    expect(check(copy)).toEqual({ status: 0, stderr: '' });
    expect(readFileSync(file, 'utf8')).toBe(whole);
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
});

function check(folder: string) {
  return generate(folder, '--check');
}

function generate(folder: string, ...words: string[]) {
  const script = join(folder, 'scripts/generate-dashboards.mjs');
  const { status, stderr } = spawnSync(process.execPath, [script, ...words], { encoding: 'utf8' });
  return { status, stderr };
}

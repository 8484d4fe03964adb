import { spawnSync } from 'node:child_process';
import {
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { GroupReader } from '../../src/metrics/parse.ts';
import { groupSamples } from '../../src/metrics/samples.ts';
import { removeTextfile, textfileName, writeTextfile } from '../../src/push/textfile.ts';
import { fullSnapshot } from '../support/fullSnapshot.ts';
import { groupSnapshot } from '../support/snapshot.ts';

const key = { instance: 'Host-A', deployment: 'shop/api', environment: 'production' };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'textfile-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const write = (snapshot = fullSnapshot({ key }), pid = 1) =>
  writeTextfile({ folder, key }, { families: groupSamples(snapshot), pid });

test('one textfile holds the group, with the labels of the group on each sample', () => {
  const written = write();
  expect(written).toEqual({ outcome: 'delivered', path: join(folder, textfileName(key)) });
  expect(readdirSync(folder)).toEqual([textfileName(key)]);
  const lines = readFileSync(written.path, 'utf8').split('\n');
  const reader = new GroupReader(key);
  for (const line of lines) reader.take(line);
  expect(reader.result()).toMatchObject({ exists: true, events: 123 });
  const group = 'job="deploytrack",instance="host-a",deployment="shop/api",environment="production"}';
  expect(lines.filter((line) => line !== '' && !line.startsWith('#') && !line.includes(group))).toEqual([]);
});

test('a later textfile replaces the earlier one', () => {
  write();
  const { path } = write(groupSnapshot({ key, events: 200 }), 2);
  expect(readFileSync(path, 'utf8')).toContain(
    '\ndeploytrack_ledger_events_total{job="deploytrack",instance="host-a",deployment="shop/api",environment="production"} 200\n',
  );
  expect(readdirSync(folder)).toHaveLength(1);
});

test.each(['a link', 'a second name'])('%s in place of the temporary file is not written through', (what) => {
  const victim = join(folder, 'victim');
  writeFileSync(victim, 'precious', { mode: 0o600 });
  const laid = join(folder, `.${textfileName(key)}.1`);
  if (what === 'a link') symlinkSync(victim, laid);
  else linkSync(victim, laid);
  expect(write()).toMatchObject({ outcome: 'delivered' });
  expect([readFileSync(victim, 'utf8'), statSync(victim).mode & 0o777]).toEqual(['precious', 0o600]);
  expect(readdirSync(folder).sort()).toEqual([textfileName(key), 'victim'].sort());
});

test('promtool can read the textfile', () => {
  const { status, stderr } = spawnSync('promtool', ['check', 'metrics'], {
    input: readFileSync(write().path),
    encoding: 'utf8',
  });
  expect(stderr).not.toMatch(/error while linting/);
  expect(status).toBe(3);
});

test('other accounts may read the textfile, whatever the umask', () => {
  const before = process.umask(0o077);
  try {
    expect(statSync(write().path).mode & 0o777).toBe(0o644);
  } finally {
    process.umask(before);
  }
});

test('a missing folder is a failure with a message', () => {
  const failed = writeTextfile({ folder: join(folder, 'missing'), key }, { families: [], pid: 1 });
  expect(failed).toMatchObject({ outcome: 'failed', line: expect.stringMatching(/ENOENT/) });
});

test('a textfile that cannot be replaced leaves no temporary file', () => {
  mkdirSync(join(folder, textfileName(key)));
  expect(write()).toMatchObject({
    outcome: 'failed',
    line: expect.stringMatching(/EISDIR|ENOTEMPTY|EEXIST/),
  });
  expect(readdirSync(folder)).toEqual([textfileName(key)]);
});

test('removing a textfile twice is a success', () => {
  write();
  expect(removeTextfile({ folder, key })).toMatchObject({ outcome: 'delivered' });
  expect(removeTextfile({ folder, key })).toMatchObject({ outcome: 'delivered' });
  expect(readdirSync(folder)).toEqual([]);
});

test('another group has another file name, which is valid on any file system', { timeout: 60_000 }, () => {
  const value = fc.oneof(
    fc.string({
      unit: fc.constantFrom('_', '.', '/', '+', '-', 'a', '%', 'é', '5', 'F', '\\', ':', '*', "'"),
      minLength: 1,
      maxLength: 4,
    }),
    fc.string({ minLength: 1, maxLength: 255 }),
  );
  const anyKey = fc.record({
    instance: value.map((text) => text.toLowerCase()),
    deployment: value,
    environment: value,
  });
  fc.assert(
    fc.property(anyKey, anyKey, (left, right) => {
      expect(textfileName(left)).toMatch(/^deploytrack_[A-Za-z0-9._+-]{1,220}\.prom$/);
      expect(textfileName(left) === textfileName(right)).toBe(JSON.stringify(left) === JSON.stringify(right));
    }),
    { numRuns: 1000 },
  );
});

import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { whoMayChange } from '../../src/host/whoMayChange.ts';
import { notRoot } from '../support/because.ts';

const uid = process.getuid?.() ?? 0;
const asRoot = test.skipIf(notRoot());
const other = 54_321;

function world() {
  const root = mkdtempSync(join(tmpdir(), 'deploytrack-program-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const folder = join(root, 'venv', 'bin');
  mkdirSync(folder, { recursive: true });
  const program = join(folder, 'python');
  writeFileSync(program, '#!/bin/sh\n');
  chmodSync(program, 0o755);
  for (const one of [join(root, 'venv'), folder]) chmodSync(one, 0o755);
  return { root, folder, program, why: (path = program) => whoMayChange(path, uid) };
}

describe('Who may change a program', () => {
  test('a program in a private folder below /tmp can only be changed by its owner', () => {
    expect(world().why()).toBeNull();
  });

  test('a program of the system can only be changed by root', () => {
    expect(whoMayChange('/bin/sh', uid)).toBeNull();
  });

  test.each([
    ['everyone may write', 0o757, 'can be written by every account'],
    ['a group may write', 0o775, 'can be written by a group'],
  ])('a program or folder that %s is reported', (_, mode, why) => {
    const { program, folder, root, why: told } = world();
    if (uid === 0) chownSync(program, 0, other);
    chmodSync(program, mode);
    expect(told()).toBe(`${program} ${why}`);
    chmodSync(program, 0o755);
    if (uid === 0) chownSync(join(root, 'venv'), 0, other);
    chmodSync(join(root, 'venv'), mode);
    expect(told()).toBe(`${join(root, 'venv')} ${why}`);
    expect(folder).toContain(root);
  });

  asRoot('a program or folder of another account is reported', () => {
    const { program, folder, why } = world();
    chownSync(program, other, other);
    expect(why()).toBe(`${program} belongs to another account`);
    chownSync(program, 0, 0);
    chownSync(folder, other, other);
    expect(why()).toBe(`${folder} belongs to another account`);
  });

  asRoot('in a folder like /tmp, a program of another account is reported and an own one is not', () => {
    const { root, why } = world();
    chmodSync(root, 0o1777);
    const own = join(root, 'own');
    const theirs = join(root, 'theirs');
    for (const path of [own, theirs]) writeFileSync(path, '', { mode: 0o755 });
    chownSync(theirs, other, other);
    expect([why(own), why(theirs)]).toEqual([null, `${theirs} belongs to another account`]);
  });

  asRoot('a link is reported if others may change the link or its target', () => {
    const { root, program, why } = world();
    const open = join(root, 'open');
    mkdirSync(open);
    chmodSync(open, 0o777);
    symlinkSync(program, join(open, 'python'));
    expect(why(join(open, 'python'))).toBe(`${open} can be written by every account`);
    symlinkSync(join('..', 'open', 'evil'), join(root, 'venv', 'python'));
    writeFileSync(join(open, 'evil'), '', { mode: 0o755 });
    expect(why(join(root, 'venv', 'python'))).toBe(`${open} can be written by every account`);
    symlinkSync(program, join(root, 'good'));
    expect(why(join(root, 'good'))).toBeNull();
    symlinkSync('turns', join(root, 'turns'));
    expect(why(join(root, 'turns'))).toContain('too many links');
  });

  test('a missing program is reported', () => {
    const { root, why } = world();
    expect(why(join(root, 'none'))).toBe(`${join(root, 'none')} does not exist`);
  });
});

import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { bundledFixture } from '../child/bundle.ts';

test('a Node whose addon aborts when its objects are collected (24.19 and later) lives: connection, statement, iterator', () => {
  const packages = fileURLToPath(new URL('../../node_modules', import.meta.url));
  const said = execFileSync(process.execPath, [bundledFixture('collectsStatements')], {
    encoding: 'utf8',
    env: { ...process.env, NODE_PATH: packages },
  });
  expect(said).toBe('alive');
});

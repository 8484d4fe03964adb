import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { bundledFixture } from '../child/bundle.ts';

test('an iterator that is garbage collected does not abort Node 24', () => {
  const packages = fileURLToPath(new URL('../../node_modules', import.meta.url));
  const said = execFileSync(process.execPath, [bundledFixture('collectsIterators')], {
    encoding: 'utf8',
    env: { ...process.env, NODE_PATH: packages },
  });
  expect(said).toBe('alive');
});

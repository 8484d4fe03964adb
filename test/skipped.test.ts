import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test, vi } from 'vitest';
import { because } from './support/because.ts';

afterEach(() => vi.unstubAllEnvs());

test('a true condition records its reason with the file of the test, and a false one records nothing', () => {
  const file = join(mkdtempSync(join(tmpdir(), 'skipped-')), 'reasons');
  vi.stubEnv('SKIPPED_REASONS', file);
  expect([because(true, 'no moon'), because(false, 'no sun')]).toEqual([true, false]);
  expect(readFileSync(file, 'utf8')).toBe(
    `${JSON.stringify({ file: fileURLToPath(import.meta.url), reason: 'no moon' })}\n`,
  );
});

test('every test that may be skipped gives a reason', () => {
  const folder = fileURLToPath(new URL('.', import.meta.url));
  const without = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .flatMap((name) =>
      (
        readFileSync(join(folder, name), 'utf8').match(
          /\.(?:skipIf\(\s*(?!(?:because|notRoot|noPowershell)\(|\s)|runIf\().*/g,
        ) ?? []
      ).map((text) => `${name}: ${text}`),
    );
  expect(without).toEqual([]);
});

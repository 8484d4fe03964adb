import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { newProgram } from '../support/program.ts';

test('a file of the store without a URL is named with its variable, and its content is not shown', async () => {
  const program = newProgram();
  const file = join(program.folder, 'store');
  writeFileSync(file, 'hunter2\n');
  const { code, stderr } = await program.run(['sync'], { env: { DEPLOYTRACK_STORE_URL_FILE: file } });
  expect(code).toBe(2);
  expect(stderr).toContain(`error: invalid URL in DEPLOYTRACK_STORE_URL_FILE: ${file}; expected postgres://`);
  expect(stderr).not.toContain('hunter2');
});

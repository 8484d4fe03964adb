// The types of the library in one file for the compilers of its users. Generated only if one of its sources
// has changed, because the compiler takes longer than all bundles.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const entry = 'src/library.ts';
const types = 'dist/library.d.ts';

/** Every file that the entry imports directly or indirectly, including types. */
function reached(file, seen = new Set()) {
  if (seen.has(file)) return seen;
  seen.add(file);
  for (const [, to] of readFileSync(file, 'utf8').matchAll(/ from '(\.[^']+\.ts)'/g))
    reached(join(dirname(file), to), seen);
  return seen;
}

const hash = createHash('sha256');
for (const file of [...reached(entry)].sort()) hash.update(file).update(readFileSync(file));
const stamp = `// sources ${hash.digest('hex')}\n`;

if (!existsSync(types) || !readFileSync(types, 'utf8').endsWith(stamp)) {
  const words = ['--silent', '--no-check', '--no-banner', '--out-file', types, entry];
  execFileSync(
    process.execPath,
    ['node_modules/dts-bundle-generator/dist/bin/dts-bundle-generator.js', ...words],
    {
      stdio: 'inherit',
    },
  );
  appendFileSync(types, stamp);
}

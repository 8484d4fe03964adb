import { writeFileSync } from 'node:fs';
import { addonIn, installedCopy } from './installedCopy.ts';

// For the tests that run the program with Node's own SQLite: an installation whose addon is not a library.
// Their own connections use the addon.
process.env.PROGRAM_UNDER_TEST ??= installedCopy((folder) =>
  writeFileSync(addonIn(folder), 'of a newer system'),
);

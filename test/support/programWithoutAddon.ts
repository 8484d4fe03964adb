import { writeFileSync } from 'node:fs';
import { addonIn, installedCopy } from './installedCopy.ts';

// For the tests of the program that run it with Node's own SQLite: an installation whose addon is no library. Their own
// connections are the addon's.
process.env.PROGRAM_UNDER_TEST ??= installedCopy((folder) =>
  writeFileSync(addonIn(folder), 'of a newer system'),
);

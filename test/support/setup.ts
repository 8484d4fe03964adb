import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { loadAddon } from '../../src/ledger/file/addon.ts';

// Tests that open SQLite themselves run on the addon as the product loads it.
loadAddon();

// Each file has a temporary folder of its own, for all that it and its programs make: as open as the system's, short enough
// for the path of a socket, and gone with the file.
const folder = mkdtempSync(join(tmpdir(), 'dt-'));
chmodSync(folder, 0o1777);
process.env.TMPDIR = folder;
afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));

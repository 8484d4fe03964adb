import { loadAddon } from '../../src/ledger/file/addon.ts';

// Tests that open SQLite themselves run on the addon as the product loads it.
loadAddon();

import { loadAddon } from '../../src/ledger/file/addon.ts';

// Says what is wrong before a test opens SQLite itself: an older Node would die of the addon without a word.
loadAddon();

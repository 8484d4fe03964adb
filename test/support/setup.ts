import { loadAddon } from '../../src/ledger/file/addon.ts';

// Reports the error before a test opens SQLite itself, because an older Node would crash without a message.
loadAddon();

// Builds six bundles: what starts a wrapped command, what marks need, the server, everything else, the
// library, and what runs a command if none of them can be loaded. Each is loaded when it is needed.
import './needsNode.mjs';
import { rmSync } from 'node:fs';
import { build } from 'esbuild';
import './commandTables.mjs';
import { bundles } from './bundles.mjs';

// V8 identifies the source of a code cache only by its length, so the old cache is removed before its bundle.
rmSync('dist/marks.cjs.cache', { force: true });
for (const bundle of bundles) await build(bundle);

await import('./pageFile.mjs');
await import('./codeCache.mjs');
await import('./libraryTypes.mjs');

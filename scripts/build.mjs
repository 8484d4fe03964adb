// Six bundles: what starts a wrapped command, what marks need, the server, everything else, the library, and what runs a
// command where none of them can be loaded; each is loaded when it is needed.
import './needsNode.mjs';
import { rmSync } from 'node:fs';
import { build } from 'esbuild';
import './commandTables.mjs';
import { bundles } from './bundles.mjs';

// V8 knows a cache's source by its length alone: the old cache goes before its bundle does.
rmSync('dist/marks.cjs.cache', { force: true });
for (const bundle of bundles) await build(bundle);

await import('./pageFile.mjs');
await import('./codeCache.mjs');
await import('./libraryTypes.mjs');

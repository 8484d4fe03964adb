// The program in parts (what starts a wrapped command, what marks need, everything else by who needs it), the library, and
// what runs a command where none of the parts can be loaded.
import './needsNode.mjs';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import './commandTables.mjs';
import { writeProgram } from './parts.mjs';

// V8 identifies the source of a code cache only by its length, so an old cache is removed before its part.
mkdirSync('dist', { recursive: true });
for (const name of readdirSync('dist')) if (/\.(cjs|map|cache)$/.test(name)) rmSync(`dist/${name}`);
await writeProgram('.', { minify: true });

await import('./pageFile.mjs');
await import('./codeCache.mjs');
await import('./libraryTypes.mjs');

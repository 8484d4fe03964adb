// The program in parts (what starts a wrapped command, what marks need, everything else by who needs it), the library, and
// what runs a command where none of the parts can be loaded.
import './needsNode.mjs';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { transform } from 'esbuild';
import { rolldown } from 'rolldown';
import './commandTables.mjs';
import { program, version, whole, wholes } from './bundles.mjs';

// V8 identifies the source of a code cache only by its length, so an old cache is removed before its part.
mkdirSync('dist', { recursive: true });
for (const name of readdirSync('dist')) if (/\.(cjs|map|cache)$/.test(name)) rmSync(`dist/${name}`);
await write('dist', program(), `// deploytrack "${version}"\n`);
for (const { folder, file, input } of wholes) await write(folder, whole(file, input));

await import('./pageFile.mjs');
await import('./codeCache.mjs');
await import('./libraryTypes.mjs');

/** Cut by rolldown, made small by esbuild, in the syntax of the oldest Node that wraps commands. */
async function write(folder, options, firstLine = '') {
  const bundle = await rolldown(options);
  const { output } = await bundle.generate(options.output);
  for (const { fileName, code, map, type } of output) {
    if (type !== 'chunk') continue;
    const own = firstLine === '' ? code : code.replaceAll(/\bimport\((?=")/g, 'require.import(');
    const made = await transform(`${own}\n${inlined(map)}`, {
      loader: 'js',
      format: 'cjs',
      platform: 'node',
      target: 'node18',
      minify: true,
      legalComments: 'none',
      sourcemap: 'external',
      sourcesContent: false,
      sourcefile: fileName,
    });
    const mapped = JSON.parse(made.map);
    if (firstLine !== '') mapped.mappings = `;${mapped.mappings}`;
    writeFileSync(`${folder}/${fileName}.map`, JSON.stringify(mapped));
    writeFileSync(`${folder}/${fileName}`, `${firstLine}${made.code}//# sourceMappingURL=${fileName}.map\n`);
  }
  await bundle.close();
}

/** rolldown's own helpers have no map. */
function inlined(map) {
  if (map === null) return '';
  return `//# sourceMappingURL=data:application/json;base64,${Buffer.from(map.toString()).toString('base64')}`;
}

// Cuts the program into its parts, and makes the library and what runs where none of the parts can be loaded.
import { mkdirSync, writeFileSync } from 'node:fs';
import { transform } from 'esbuild';
import { rolldown } from 'rolldown';
import { program, version, whole, wholes } from './bundles.mjs';

/** Into `dist` and `bin` below a folder; without `minify` the names of the sources are kept. */
export async function writeProgram(folder, { minify }) {
  for (const name of ['dist', 'bin']) mkdirSync(`${folder}/${name}`, { recursive: true });
  await write(`${folder}/dist`, program(), { minify, firstLine: `// deploytrack "${version}"\n` });
  for (const { folder: below, file, input } of wholes)
    await write(`${folder}/${below}`, whole(file, input), { minify, firstLine: '' });
}

/** What bin/load.js calls: it hands over what Node would. */
const wrapper = ['(function(exports,require,module,__dirname){', '})'];

/** Cut by rolldown, made small by esbuild, in the syntax of the oldest Node that wraps commands. */
async function write(folder, options, { minify, firstLine }) {
  const bundle = await rolldown(options);
  const { output } = await bundle.generate(options.output);
  for (const { fileName, code, map, type } of output) {
    if (type !== 'chunk') continue;
    // What bin/load.js compiles has no `import()` of its own.
    const own = firstLine === '' ? code : code.replaceAll(/\bimport\((?=")/g, 'require.import(');
    const made = await transform(`${own}\n${inlined(map)}`, {
      loader: 'js',
      format: 'cjs',
      platform: 'node',
      target: 'node18',
      minify,
      legalComments: 'none',
      sourcemap: 'external',
      sourcesContent: false,
      sourcefile: fileName,
      logLevel: 'warning',
    });
    const mapped = JSON.parse(made.map);
    const [before, after] = firstLine === '' ? ['', ''] : [`${firstLine}${wrapper[0]}\n`, `${wrapper[1]}\n`];
    mapped.mappings = before.replaceAll(/[^\n]/g, '').replaceAll('\n', ';') + mapped.mappings;
    writeFileSync(`${folder}/${fileName}.map`, JSON.stringify(mapped));
    const end = `//# sourceMappingURL=${fileName}.map\n`;
    writeFileSync(`${folder}/${fileName}`, `${before}${made.code}${after}${end}`);
  }
  await bundle.close();
}

/** rolldown's own helpers have no map. */
function inlined(map) {
  if (map === null) return '';
  return `//# sourceMappingURL=data:application/json;base64,${Buffer.from(map.toString()).toString('base64')}`;
}

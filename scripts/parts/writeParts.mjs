// Writes the parts of a bundle: cut by rolldown, made small by esbuild, in the syntax of the oldest Node that wraps commands.
import { mkdirSync, writeFileSync } from 'node:fs';
import { transform } from 'esbuild';
import { rolldown } from 'rolldown';
import { version } from '../bundles.mjs';

/** The first line of a part names its version: half an upgrade must not go unnoticed. */
const firstLine = `// deploytrack "${version}"\n`;

/** The parts that bin/load.js loads; returns a function from a part to the files in it. */
export async function writeParts(folder, options, { minify }) {
  return write(folder, options, { minify, firstLine });
}

/** A file that Node loads itself. */
export async function writeWhole(folder, options, { minify }) {
  return write(folder, options, { minify, firstLine: '' });
}

/** What bin/load.js calls: it hands over what Node would. */
const wrapper = ['(function(exports,require,module,__dirname){', '})'];

async function write(folder, options, { minify, firstLine }) {
  mkdirSync(folder, { recursive: true });
  const files = new Map();
  const bundle = await rolldown(options);
  const { output } = await bundle.generate(options.output);
  for (const { fileName, code, map, type, moduleIds } of output) {
    if (type !== 'chunk') continue;
    files.set(fileName, moduleIds);
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
  return (name) => files.get(name) ?? [];
}

/** rolldown's own helpers have no map. */
function inlined(map) {
  if (map === null) return '';
  return `//# sourceMappingURL=data:application/json;base64,${Buffer.from(map.toString()).toString('base64')}`;
}

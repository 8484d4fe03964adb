// Cuts the program into its parts, and makes the library and what runs where none of the parts can be loaded.
import { program, whole, wholes } from './bundles.mjs';
import { writeParts, writeWhole } from './parts/writeParts.mjs';

/** Into `dist` and `bin` below a folder; without `minify` the names of the sources are kept. */
export async function writeProgram(folder, { minify }) {
  for (const { folder: below, file, input } of wholes)
    await writeWhole(`${folder}/${below}`, whole(file, input), { minify });
  await writeParts(`${folder}/dist`, program(), { minify });
}

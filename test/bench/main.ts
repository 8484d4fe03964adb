import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeFigures } from '../soak/docs.ts';
import { bench } from './bench.ts';
import { measuredWith } from './machine.ts';
import { markdownTables } from './markdown.ts';
import { readOptions } from './options.ts';
import { terminalTables } from './table.ts';

/** Measures, prints the tables, and with `--docs` writes them. */
export async function main(root: string, args: readonly string[]): Promise<boolean> {
  const options = readOptions(args);
  const remove = temporary();
  try {
    const { tables, versions } = await bench(root, options, (line) => process.stderr.write(`${line}\n`));
    const machine = measuredWith(versions);
    process.stdout.write(`${tables.map(terminalTables).join('\n\n')}\n\n${machine}\n`);
    const text = `${machine}\n\n${markdownTables(tables)}`;
    if (options.docs) writeFigures(root, { page: 'docs/performance.md', name: 'bench', args, text });
    return true;
  } finally {
    remove();
  }
}

/** One folder for everything, removed also after Ctrl-C; the servers end with this process. */
function temporary(): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'deploytrack-bench-'));
  process.env.TMPDIR = folder;
  const remove = () => rmSync(folder, { recursive: true, force: true });
  process.once('exit', remove);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.once(signal, () => process.exit(130));
  return remove;
}

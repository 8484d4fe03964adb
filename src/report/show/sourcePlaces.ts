import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Replaces the places in a stack by those in the sources, from the source maps next to the built files. */
export function inSources(stack: string): string {
  const maps = new Map<string, ReturnType<typeof mapOf>>();
  return stack.replaceAll(
    /((?:[A-Za-z]:)?[\\/][^\n()]*[\\/](?:dist|bin))[\\/]([\w-]+\.c?js):(\d+):(\d+)/g,
    (place: string, folder: string, name: string, line: string, column: string) => {
      const file = join(folder, name);
      if (!maps.has(file)) maps.set(file, mapOf(file));
      const entry = maps.get(file)?.findEntry(Number(line) - 1, Number(column) - 1);
      if (entry === undefined || !('originalSource' in entry)) return place;
      return `${join(folder, entry.originalSource)}:${entry.originalLine + 1}:${entry.originalColumn + 1}`;
    },
  );
}

/** Null if there is no readable source map. */
function mapOf(file: string) {
  const { SourceMap } = require('node:module') as typeof import('node:module');
  try {
    return new SourceMap(JSON.parse(readFileSync(`${file}.map`, 'utf8')));
  } catch {
    return null;
  }
}

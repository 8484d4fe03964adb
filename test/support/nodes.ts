import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The folder into which `scripts/test` installs the other Nodes from npm. */
const majors = fileURLToPath(new URL('../../.node/majors/node_modules/', import.meta.url));

/** The program of another Node (`18`, `22.14.0`); undefined if it was not installed. */
export function nodeOf(version: string): string | undefined {
  const file = `${majors}node-${version}/bin/node`;
  return existsSync(file) ? file : undefined;
}

/** Why a test that starts it is skipped, for `because`. */
export function notBrought(version: string): string {
  return `no Node ${version} in .node/majors, where scripts/test puts it`;
}

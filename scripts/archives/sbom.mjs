import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What npm's own tool says of all packages of the lock file. */
export function npmSbom(root) {
  const words = ['sbom', '--package-lock-only', '--sbom-format', 'cyclonedx'];
  return JSON.parse(execFileSync('npm', words, { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 26 }));
}

/**
 * An SBOM (CycloneDX): npm's, reduced to some packages (`name@version`) and the same at each run. `more` are components that
 * npm does not know. npm's own `--omit dev` also leaves out what a development dependency needs too.
 */
export function sbom({ root, told, packages, more = [], date }) {
  const { serialNumber: _, ...all } = told;
  const { name } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const wanted = new Set(packages);
  const components = all.components.filter((one) => wanted.delete(one['bom-ref']));
  if (wanted.size > 0) throw new Error(`npm sbom does not list ${[...wanted].join(', ')}`);
  const own = all.metadata.component;
  const refs = new Set([own['bom-ref'], ...components.map((one) => one['bom-ref'])]);
  const bom = {
    ...all,
    metadata: {
      ...all.metadata,
      timestamp: date.toISOString(),
      component: { ...own, name, type: 'application' }, // npm takes the name of the folder
    },
    // The lock file of a developer says `required` of some, and of others nothing that holds for users.
    components: [...components.map(({ properties: _, ...one }) => ({ ...one, scope: 'required' })), ...more],
    dependencies: all.dependencies
      .filter(({ ref }) => refs.has(ref))
      .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((one) => refs.has(one)) })),
  };
  return `${JSON.stringify({ ...bom, serialNumber: `urn:uuid:${uuidOf(JSON.stringify(bom))}` }, null, 2)}\n`;
}

/** What npm installs with the program, from the lock file. */
export function lockedPackages(root) {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  return Object.entries(packages)
    .filter(([folder, { dev, devOptional }]) => folder !== '' && !dev && !devOptional)
    .map(([folder, { version }]) => `${folder.slice(folder.lastIndexOf('node_modules/') + 13)}@${version}`);
}

/** A UUID of version 8, made from a text (RFC 9562, section 5.8). */
function uuidOf(text) {
  const hex = createHash('sha256').update(text).digest('hex');
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}

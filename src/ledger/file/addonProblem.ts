import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DeploytrackError } from '../../errors.ts';
import { typedPath } from '../../text/shellArgument.ts';

/**
 * What was found instead of an addon that loads. `version` is the one this program was built with; null when run from
 * the sources.
 */
export type Found =
  | { what: 'old node'; needed: string }
  | { what: 'no package'; version: string | null }
  | { what: 'other version'; version: string; installed: string }
  | { what: 'no file'; folder: string; version: string | null; target: string }
  | { what: 'does not load'; folder: string; version: string | null; cause: unknown };

/** The error message, and the command that fixes it. */
export function addonProblem(found: Found): DeploytrackError {
  const { message, hint } = words(found);
  const cause = found.what === 'does not load' ? { cause: found.cause } : {};
  return new DeploytrackError({ code: 'ADDON_MISSING', message, hint, ...cause });
}

function words(found: Found): { message: string; hint: string } {
  switch (found.what) {
    case 'old node':
      return {
        message: `opening the ledger requires Node ${found.needed} or newer; this is ${process.version}`,
        hint: 'install a newer version: https://nodejs.org/en/download',
      };
    case 'no package':
      return { message: "SQLite's package better-sqlite3 is not installed", hint: reinstall(found.version) };
    case 'other version':
      return {
        message: `better-sqlite3 ${found.installed} is installed, but this deploytrack was built with ${found.version}`,
        hint: reinstall(found.version),
      };
    case 'no file': {
      const isReady = readyMade.has(found.target);
      return {
        message: `SQLite's native addon for ${found.target} is ${isReady ? 'missing' : 'not prebuilt'}`,
        hint: isReady ? reinstall(found.version, found.folder) : compile(found.folder),
      };
    }
    case 'does not load': {
      const said = firstLine(found.cause);
      return {
        message: `Node ${process.version} cannot load SQLite's native addon: ${said}`,
        hint: isOfOlderSystem(said) ? compile(found.folder) : reinstall(found.version, found.folder),
      };
    }
  }
}

const readyMade: ReadonlySet<string> = new Set(
  ['linux', 'linuxmusl', 'darwin', 'win32'].flatMap((platform) => [`${platform}-x64`, `${platform}-arm64`]),
);

/**
 * Whether the loader misses something of the system (`version `GLIBC_2.34' not found`): the file is right, but the
 * system is older.
 */
function isOfOlderSystem(said: string): boolean {
  return /GLIBC(XX)?_|CXXABI_|symbol not found|libstdc\+\+/i.test(said);
}

/**
 * The command that installs the package: next to our bundles, which is searched first, and in which npm cannot
 * mistake a damaged one for complete (it compares versions, not files). `damaged`: the folder with the damaged package.
 */
function reinstall(version: string | null, damaged = ''): string {
  const root = programFolder(__dirname);
  if (version === null || existsSync(join(root, 'scripts/build.mjs')))
    return `run npm ci --prefix ${typedPath(root)}`;
  const bundles = join(root, 'dist');
  const first = damaged.startsWith(bundles) ? `remove ${typedPath(damaged)}, then run ` : 'run ';
  return `${first}npm install --prefix ${typedPath(bundles)} --no-save better-sqlite3@${version}`;
}

/** The package's own script: needs python3, make and a C++ compiler. */
function compile(folder: string): string {
  return `run npm run build-release --prefix ${typedPath(folder)}`;
}

/** The nearest parent folder with a package.json: that of this program. */
function programFolder(folder: string): string {
  const above = dirname(folder);
  return above === folder || existsSync(join(folder, 'package.json')) ? folder : programFolder(above);
}

function firstLine(cause: unknown): string {
  return (cause instanceof Error ? cause.message : String(cause)).split('\n')[0] ?? '';
}

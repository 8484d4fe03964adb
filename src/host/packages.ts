import type { PackageManager } from '../marks.ts';
import { type ProgramRequest, programOutput } from './programOutput.ts';

/** Installed packages by name, each with its version; several versions of one name are joined. */
export type Packages = ReadonlyMap<string, string>;

interface Question extends ProgramRequest {
  /** The program itself: for pip, the Python whose packages are listed. */
  readonly program: string;
}

/** The name of the program that lists the packages; for pip it is a Python. */
export const packagePrograms: Readonly<Record<PackageManager, string>> = {
  pip: 'python',
  npm: 'npm',
  dpkg: 'dpkg-query',
};

/** Asks a package manager for the installed packages; null if it does not respond in time. */
export async function installedPackages(
  manager: PackageManager,
  { program, ...asking }: Question,
): Promise<Packages | null> {
  const { words, read } = managers[manager];
  const { stdout, succeeded } = await programOutput([program, ...words], asking);
  // npm exits with 1 if a package is missing or extraneous, but lists the others.
  if (!succeeded && manager !== 'npm') return null;
  try {
    const packages = read(stdout);
    return packages.length === 0 && !succeeded ? null : together(packages);
  } catch {
    return null;
  }
}

type Found = readonly (readonly [name: string, version: string])[];

const managers: Readonly<
  Record<PackageManager, { words: readonly string[]; read: (stdout: string) => Found }>
> = {
  pip: {
    words: ['-m', 'pip', 'list', '--format=json', '--disable-pip-version-check'],
    read: (stdout) =>
      (JSON.parse(stdout) as { name: string; version: string }[]).map(({ name, version }) => [name, version]),
  },
  npm: {
    words: ['ls', '--all', '--json'],
    read: (stdout) => inTree(JSON.parse(stdout) as NpmTree),
  },
  dpkg: {
    words: [
      '--show',
      '--showformat',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg-query's own form
      '${db:Status-Abbrev}\t${binary:Package}\t${Version}\n',
    ],
    read: (stdout) =>
      stdout.split('\n').flatMap((line) => {
        const [state = '', name = '', version = ''] = line.split('\t');
        return state.startsWith('ii') ? [[name, version] as const] : [];
      }),
  },
};

interface NpmTree {
  readonly version?: string;
  readonly dependencies?: Readonly<Record<string, NpmTree>>;
}

function inTree({ dependencies = {} }: NpmTree): [string, string][] {
  return Object.entries(dependencies).flatMap(([name, tree]) => [
    ...(tree.version === undefined ? [] : [[name, tree.version] as [string, string]]),
    ...inTree(tree),
  ]);
}

function together(found: Found): Packages {
  const versions = new Map<string, Set<string>>();
  for (const [name, version] of found) versions.set(name, (versions.get(name) ?? new Set()).add(version));
  return new Map([...versions].map(([name, all]) => [name, [...all].sort().join(', ')]));
}

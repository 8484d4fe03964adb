import type { PackageManager } from '../marks.ts';
import { programOutput } from './programOutput.ts';

/** Installed packages by name, each with its version; several versions of one name stand together. */
export type Packages = ReadonlyMap<string, string>;

interface Question {
  /** The Python whose packages pip tells. */
  readonly python: string;
  readonly cwd: string;
  readonly timeoutMs: number;
}

/** Asks a package manager what is installed; null where it cannot be asked in time. */
export async function installedPackages(
  manager: PackageManager,
  { python, cwd, timeoutMs }: Question,
): Promise<Packages | null> {
  const { command, read } = managers[manager];
  const { stdout, succeeded } = await programOutput(command(python), { cwd, timeoutMs });
  // npm ends with 1 where a package is missing or too many, and lists what there is.
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
  Record<PackageManager, { command: (python: string) => string[]; read: (stdout: string) => Found }>
> = {
  pip: {
    command: (python) => [python, '-m', 'pip', 'list', '--format=json', '--disable-pip-version-check'],
    read: (stdout) =>
      (JSON.parse(stdout) as { name: string; version: string }[]).map(({ name, version }) => [name, version]),
  },
  npm: {
    command: () => ['npm', 'ls', '--all', '--json'],
    read: (stdout) => inTree(JSON.parse(stdout) as NpmTree),
  },
  dpkg: {
    command: () => [
      'dpkg-query',
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

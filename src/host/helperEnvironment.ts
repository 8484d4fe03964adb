import { delimiter, isAbsolute } from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The environment of a helper program: without our variables, above all secrets, and without relative folders in PATH.
 */
export function helperEnvironment(env: Environment): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => {
      if (value === undefined || /^(DEPLOYTRACK_|PUSHGATEWAY_URL$)/i.test(name)) return [];
      return [[name, /^path$/i.test(name) ? programFolders(value).join(delimiter) : value]];
    }),
  );
}

/** The absolute folders of PATH. */
export function programFolders(path: string): string[] {
  return path.split(delimiter).filter((folder) => isAbsolute(folder));
}

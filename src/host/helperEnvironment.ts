import { delimiter, isAbsolute } from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The environment of a program that is only asked a question: without anything of ours, secrets first of all, and without
 * folders of PATH that depend on where we stand.
 */
export function helperEnvironment(env: Environment): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => {
      if (value === undefined || /^(DEPLOYTRACK_|PUSHGATEWAY_URL$)/i.test(name)) return [];
      return [[name, /^path$/i.test(name) ? programFolders(value).join(delimiter) : value]];
    }),
  );
}

/** The folders of PATH that are the same wherever one stands. */
export function programFolders(path: string): string[] {
  return path.split(delimiter).filter((folder) => isAbsolute(folder));
}

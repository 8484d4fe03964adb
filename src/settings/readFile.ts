import { readFileSync } from 'node:fs';
import type { SettingsFile } from './file.ts';

/** The keys of a settings file, or one warning that says why there are none. */
export function readSettingsFile({ path, problem }: { path: string; problem: string | null }): SettingsFile {
  if (problem !== null) return { path, values: {}, problems: [{ code: 'SETTING', message: problem }] };
  try {
    const text = readFileSync(path, 'utf8');
    const values: unknown = path.endsWith('.json') ? JSON.parse(text) : parseYaml(text);
    if (values === null || values === '') return { path, values: {}, problems: [] };
    if (typeof values !== 'object' || Array.isArray(values)) throw new Error('it holds no keys');
    return withoutLists({ path, values: values as Record<string, unknown> });
  } catch (error) {
    const said = (error instanceof Error ? error.message : String(error)).split('\n')[0];
    return {
      path,
      values: {},
      problems: [
        {
          code: 'SETTING',
          message: `the settings file ${path} cannot be read: ${said}`,
          hint: isRefused(error)
            ? 'its owner or root gives the right to read it, for example with chmod a+r'
            : 'expected `key: value` lines, the keys being the options’ names',
          failed: 'recording',
        },
      ],
    };
  }
}

function isRefused(error: unknown): boolean {
  return /^(EACCES|EPERM)$/.test(String((error as { code?: string }).code));
}

/** Every value as it was written: a version of 1.10 is no number. */
function parseYaml(text: string): unknown {
  return (require('yaml') as typeof import('yaml')).parse(text, { schema: 'failsafe' }) as unknown;
}

/** A setting has one value; only `declare` has lists. */
function withoutLists({
  path,
  values,
}: {
  path: string;
  values: Readonly<Record<string, unknown>>;
}): SettingsFile {
  const isList = ([key, value]: [string, unknown]) =>
    key !== 'declare' && typeof value === 'object' && value !== null;
  const entries = Object.entries(values);
  const problems = entries.filter(isList).map(([key]) => ({
    code: 'SETTING',
    message: `${path}: ${key}: is a list`,
    hint: 'it was ignored; expected one value',
    failed: 'recording' as const,
  }));
  return { path, values: Object.fromEntries(entries.filter((entry) => !isList(entry))), problems };
}

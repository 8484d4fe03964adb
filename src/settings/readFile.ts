import { closeSync, constants, fstatSync, openSync, readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Context } from '../context.ts';
import { findOwn } from '../files/findOwn.ts';
import { OddFile } from '../files/openOwn.ts';
import type { Guard, ReadSettingsFile, SettingsFile } from './file.ts';

/** The keys of a settings file, or one warning that says why there are none. */
export const readSettingsFile: ReadSettingsFile = (context, { path, guard }) => {
  try {
    const found =
      guard === null ? { text: readFileSync(path, 'utf8') } : guardedText(context, { path, guard });
    if ('problem' in found)
      return {
        path,
        values: {},
        problems: [{ code: 'SETTING', message: found.problem }],
        isPassedOver: true,
      };
    return { ...parsed(path, found.text), isPassedOver: false };
  } catch (error) {
    return { ...unread(path, error), isPassedOver: false };
  }
};

/** What was looked at is what is read: by the descriptor, and over no link that another account laid. */
function guardedText(
  context: Context,
  { path, guard }: { path: string; guard: Guard },
): { text: string } | { problem: string } {
  const place = placeOf(context, path);
  if (place === null) return { problem: `${path} is a link that another account laid and was not read` };
  const folder = statSync(dirname(place));
  // Before it is opened: a file of another account may be one that we may not open.
  const foreign = guard({ file: statSync(place), folder });
  if (foreign !== null) return { problem: foreign };
  const file = openSync(
    place,
    constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0),
  );
  try {
    const problem = guard({ file: fstatSync(file), folder });
    return problem === null ? { text: readFileSync(file, 'utf8') } : { problem };
  } finally {
    closeSync(file);
  }
}

/** Where the file stands itself; null behind a link of another account. */
function placeOf({ uid }: Context, path: string): string | null {
  try {
    return findOwn(path, uid)?.path ?? path;
  } catch (error) {
    if (error instanceof OddFile) return null;
    throw error;
  }
}

function parsed(path: string, text: string): SettingsFile {
  const values: unknown = path.endsWith('.json') ? JSON.parse(text) : parseYaml(text);
  if (values === null || values === '') return { path, values: {}, problems: [] };
  if (typeof values !== 'object' || Array.isArray(values)) throw new Error('it holds no keys');
  return withoutLists({ path, values: values as Record<string, unknown> });
}

function unread(path: string, error: unknown): SettingsFile {
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

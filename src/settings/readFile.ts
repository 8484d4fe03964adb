import { closeSync, constants, fstatSync, openSync, type Stats, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { settingNames, settingOf } from '../cli/define/settings.ts';
import { ownSettings } from '../cli/table/ownSettings.ts';
import type { Context } from '../context.ts';
import { notText, validText } from '../files/decodeText.ts';
import { findOwn } from '../files/findOwn.ts';
import { limitBytes, readAll } from '../files/readNamed.ts';
import { typedPath } from '../text/shellArgument.ts';
import type { Guard, ReadSettingsFile, Refusal, SettingsFile } from './file.ts';
import { valueIgnored } from './readOwn.ts';

/** The keys of a settings file, or one warning why there are none. Never waits for a pipe or a device. */
export const readSettingsFile: ReadSettingsFile = (context, { path, guard }) => {
  const found = textOf(context, { path, guard });
  if ('message' in found)
    return { path, values: {}, problems: [{ code: 'SETTING', ...found }], isPassedOver: true };
  try {
    return { ...parsed(path, found.text), isPassedOver: false };
  } catch (error) {
    return { ...unread(path, error), isPassedOver: false };
  }
};

function textOf(
  context: Context,
  { path, guard }: { path: string; guard: Guard | null },
): { text: string } | Refusal {
  let place: string;
  try {
    const found = findOwn(path, guard === null ? undefined : context.uid);
    if (found === null || found.stat === null)
      return notRead(path, 'it is a link to a file that does not exist');
    const kind = whatElse(found.stat);
    if (kind !== null) return notRead(path, kind);
    place = found.path;
  } catch (error) {
    const isClosed = /^(EACCES|EPERM)$/.test((error as { code?: string }).code ?? '');
    return isClosed ? meantToBeRead(path, error) : notRead(path, error);
  }
  try {
    return guardedText({ path, place, guard });
  } catch (error) {
    return meantToBeRead(path, error);
  }
}

/** The checked file is the one that is read: by its descriptor. */
function guardedText({
  path,
  place,
  guard,
}: {
  path: string;
  place: string;
  guard: Guard | null;
}): { text: string } | Refusal {
  const folder = statSync(dirname(place));
  // Before it is opened: it may not be possible to open a file of another account.
  const foreign = guard?.({ file: statSync(place), folder }) ?? null;
  if (foreign !== null) return foreign;
  const file = openSync(
    place,
    constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0),
  );
  try {
    const stat = fstatSync(file);
    const kind = whatElse(stat);
    if (kind !== null) return notRead(path, kind);
    const problem = guard?.({ file: stat, folder }) ?? null;
    if (problem !== null) return problem;
    const text = validText(readAll(file, limitBytes.words));
    return text === null ? meantToBeRead(path, notText) : { text };
  } finally {
    closeSync(file);
  }
}

/** The kind of a path that is not a file; null for a file. */
function whatElse(stat: Stats): string | null {
  if (stat.isFile()) return null;
  if (stat.isDirectory()) return 'it is a folder';
  return stat.isFIFO() ? 'it is a pipe' : 'it is not a regular file';
}

/** An unreadable settings file is as bad as an invalid setting: without it a mark may go elsewhere. */
function meantToBeRead(path: string, why: unknown): Refusal {
  return { ...notRead(path, why), failed: 'recording' };
}

function notRead(path: string, why: unknown): Refusal {
  const code = (why as { code?: string }).code;
  const said = code ?? (why instanceof Error ? why.message : String(why));
  return {
    message: `the settings file ${path} was not read: ${said}`,
    hint: /^(EACCES|EPERM)$/.test(code ?? '')
      ? `give this account read access, for example with \`chmod a+r ${typedPath(path)}\``
      : `replace it with a file of \`key: <value>\` lines, or run \`mv ${typedPath(path)} ${typedPath(`${path}.old`)}\``,
  };
}

function parsed(path: string, text: string): SettingsFile {
  const values: unknown = path.endsWith('.json') ? JSON.parse(text) : parseYaml(text);
  if (values === null || values === '') return { path, values: {}, problems: [] };
  if (typeof values !== 'object' || Array.isArray(values)) throw new Error('it contains no keys');
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
        hint: 'use `key: value` lines with the names of options as keys',
        failed: 'recording',
      },
    ],
  };
}

/** Of a file with 1000 keys; the parser compares every key with all keys before it. */
const mostComparisons = 500_000;

/** Every value as text: a version 1.10 must not become a number. */
function parseYaml(text: string): unknown {
  const { isScalar, parse } = require('yaml') as typeof import('yaml');
  let compared = 0;
  const uniqueKeys = (one: unknown, other: unknown): boolean => {
    compared += 1;
    if (compared > mostComparisons) throw new Error('it contains too many keys');
    return one === other || (isScalar(one) && isScalar(other) && one.value === other.value);
  };
  return parse(text, { schema: 'failsafe', uniqueKeys }) as unknown;
}

function mayBeList(key: string, value: unknown): boolean {
  const isRepeatable = ownSettings.some(({ name, repeatable }) => name === key && repeatable);
  const hasSeveral = settingNames.some((name) => name === key && settingOf(name).type === 'urls');
  return (
    (isRepeatable || hasSeveral) && Array.isArray(value) && value.every((one) => typeof one === 'string')
  );
}

/** A setting has one value, unless its option can be given several times or takes several addresses. */
function withoutLists({
  path,
  values,
}: {
  path: string;
  values: Readonly<Record<string, unknown>>;
}): SettingsFile {
  const isList = ([key, value]: [string, unknown]) =>
    key !== 'declare' && typeof value === 'object' && value !== null && !mayBeList(key, value);
  const entries = Object.entries(values);
  const problems = entries.filter(isList).map(([key]) => ({
    code: 'SETTING',
    message: `invalid list for ${path}: ${key}; expected one value${valueIgnored}`,
    failed: 'recording' as const,
  }));
  return { path, values: Object.fromEntries(entries.filter((entry) => !isList(entry))), problems };
}

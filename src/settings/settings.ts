import { dirname, resolve } from 'node:path';
import type { ValueData } from '../cli/define/option.ts';
import type { Parsed } from '../cli/define/parsed.ts';
import { notTaken } from '../cli/define/readInput.ts';
import {
  type DefaultedName,
  defaultMs,
  type SettingName,
  settingNames,
  settingOf,
  settings as settingTable,
} from '../cli/define/settings.ts';
import { ownSettings } from '../cli/table/ownSettings.ts';
import type { Context } from '../context.ts';
import { parseDurationMs } from '../duration.ts';
import { usageError, type Warning } from '../errors.ts';
import type { Declarations } from '../marks.ts';
import { safeId } from '../model.ts';
import { wrongSetting } from './check.ts';
import { declarations, findSettingsFile, type ReadSettingsFile, type SettingsFile } from './file.ts';
import { readOwn, valueIgnored } from './readOwn.ts';
import { shownValue } from './shownValue.ts';

/** A setting's text and its source. */
export interface Setting {
  readonly text: string;
  readonly from: 'option' | 'environment' | 'file';
  /** The option, variable or file that set it. */
  readonly source: string;
}

/**
 * The settings, in this order of precedence: command line, environment, file. Invalid values in environment or file
 * count as not set and are listed in `problems`; an invalid option is a usage error.
 */
export class Settings {
  readonly #set: ReadonlyMap<string, Setting>;
  /** The options as they were typed. */
  readonly options: Parsed['options'];
  readonly declare: Declarations;
  readonly problems: readonly Warning[];
  readonly filePath: string | null;
  readonly fileProblems: readonly Warning[];
  readonly #invalid: ReadonlySet<string>;

  constructor(parts: {
    set: ReadonlyMap<string, Setting>;
    options?: Parsed['options'];
    declare: Declarations;
    problems: readonly Warning[];
    file?: SettingsFile | null;
    invalid?: ReadonlySet<string>;
  }) {
    this.#set = parts.set;
    this.#invalid = parts.invalid ?? new Set();
    this.options = parts.options ?? {};
    this.declare = parts.declare;
    this.problems = parts.problems;
    this.filePath = parts.file?.path ?? null;
    this.fileProblems = parts.file?.problems ?? [];
  }

  of(name: SettingName): Setting | null {
    return this.#set.get(name) ?? null;
  }

  /**
   * The value of an option of one command from its variable or the settings file. `version` of `history` is not the setting of
   * that name.
   */
  ofOption(name: string): Setting | null {
    return Object.hasOwn(settingTable, name) ? null : (this.#set.get(name) ?? null);
  }

  text(name: SettingName): string | null {
    return this.#set.get(name)?.text ?? null;
  }

  /** Whether it was set to an invalid value, and so counts as not set. */
  isInvalid(name: string): boolean {
    return this.#invalid.has(name);
  }

  /** As it was typed on the command line; null if it was not. */
  given(name: SettingName): string | null {
    const value = this.options[name];
    return typeof value === 'string' ? value : null;
  }

  /** Its text, or its default. */
  value(name: DefaultedName): string {
    return this.text(name) ?? settingTable[name].default;
  }

  /**
   * An absolute path: paths in a settings file are relative to that file, all others to the working folder. Null if it
   * is not set.
   */
  path(name: SettingName, cwd: string): string | null {
    const setting = this.#set.get(name);
    if (setting === undefined) return null;
    return resolve(setting.from === 'file' ? dirname(this.filePath ?? cwd) : cwd, setting.text);
  }

  /** Milliseconds; if not set its default, or null if it has none. */
  durationMs(name: DefaultedName): number;
  durationMs(name: SettingName): number | null;
  durationMs(name: SettingName): number | null {
    const text = this.text(name);
    if (text !== null) return parseDurationMs(text);
    return settingOf(name).default === undefined ? null : defaultMs(name as DefaultedName);
  }

  get strict(): boolean {
    return this.isTrue('strict');
  }

  isTrue(name: SettingName): boolean {
    return /^(1|true)$/i.test(this.text(name) ?? '');
  }
}

/**
 * Throws a usage error for an invalid option, and with `strictly` (reading commands, `--strict`) for any invalid value.
 */
export function readSettings(
  context: Context,
  {
    options,
    readFile,
    strictly,
    own = {},
  }: {
    options: Parsed['options'];
    readFile: ReadSettingsFile;
    strictly: boolean;
    /** The options of the command. */
    own?: Readonly<Record<string, ValueData>>;
  },
): Settings {
  const file = findSettingsFile(context, readFile);
  const set = new Map<string, Setting>();
  const problems: Warning[] = [...(file?.problems ?? []), ...unknownKeys(file)];
  const invalid = new Set<string>();
  for (const { name, variable, ...data } of ownSettings) {
    const said = find({ name, variable }, { context, options: {}, file });
    if (said !== null && !readOwn({ name, data, said }, { set, problems })) invalid.add(name);
  }
  for (const name of settingNames) {
    const { variable, type } = settingOf(name);
    // Alone, `--store` is an option of a command: the setting says which one.
    const typed = type !== 'flag' && options[name] === true ? {} : options;
    const said = find({ name, variable }, { context, options: typed, file });
    if (said === null) continue;
    const found = name === 'id' ? { ...said, text: safeId(said.text) ?? 'none' } : said;
    const problem = wrongSetting(settingOf(name), found.text);
    if (problem === null) {
      // SQLite's library drops spaces at the end of a name: then every file next to it must have the same name.
      set.set(name, settingTable[name].type === 'file' ? { ...found, text: found.text.trimEnd() } : found);
      continue;
    }
    invalid.add(name);
    problems.push(invalidSetting(name, { found, problem, isOptional: own[name]?.type === 'maybe' }));
  }
  const settings = new Settings({ set, options, declare: declarations(file), problems, file, invalid });
  const wrong = problems.find((problem) => problem.failed !== undefined);
  if (wrong !== undefined && (strictly || settings.strict))
    throw usageError(wrong.message.replace(valueIgnored, '').replace(nothingPushed, ''), wrong.hint);
  return settings;
}

/** Throws a usage error for an option. */
function invalidSetting(
  name: SettingName,
  {
    found,
    problem,
    isOptional,
  }: { found: Setting; problem: NonNullable<ReturnType<typeof wrongSetting>>; isOptional: boolean },
): Warning {
  const value = shownValue(settingOf(name).type, found.text);
  const message = `${problem.wrong} ${value} for ${found.source}; ${problem.expected}`;
  const isTaken = isOptional && found.text !== '';
  if (found.from === 'option')
    throw usageError(message, isTaken ? notTaken(name, settingOf(name).value) : undefined);
  const end = name === 'gateway-proxy' ? nothingPushed : valueIgnored;
  return {
    ...{ code: 'SETTING', message: `${message}${end}`, failed: 'recording' },
    ...(found.from === 'environment' ? { variable: found.source } : {}),
  };
}

/** Without its proxy a gateway is not contacted directly: that may be what the proxy is to prevent. */
const nothingPushed = '; nothing is pushed';

function find(
  { name, variable }: { name: string; variable: string },
  from: {
    context: Context;
    options: Parsed['options'];
    file: SettingsFile | null;
  },
): Setting | null {
  const option = from.options[name];
  if (option !== undefined)
    return { text: option === true ? '1' : String(option), from: 'option', source: `--${name}` };
  const value = from.context.env[variable];
  // An empty variable is unset, except for the ID: there it means "no deployment".
  if (value !== undefined && (value !== '' || name === 'id'))
    return { text: value === '' ? 'none' : value, from: 'environment', source: variable };
  const kept = name === 'id' ? undefined : from.file?.values[name];
  if (kept === undefined || kept === null || kept === '') return null;
  return { text: kept === true ? '1' : String(kept), from: 'file', source: `${from.file?.path}: ${name}` };
}

function unknownKeys(file: SettingsFile | null): Warning[] {
  const unknown = Object.keys(file?.values ?? {}).filter(
    (key) =>
      key !== 'declare' &&
      key !== 'id' &&
      !(key in settingTable) &&
      !ownSettings.some(({ name }) => name === key),
  );
  if (unknown.length === 0) return [];
  return [
    {
      code: 'SETTING',
      message: `${file?.path}: unknown ${unknown.length === 1 ? 'key' : 'keys'} ${unknown.join(', ')}`,
      hint: 'use the names of options as keys',
    },
  ];
}

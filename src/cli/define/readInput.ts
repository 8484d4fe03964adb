import { parseDurationMs, parseTimeMs } from '../../duration.ts';
import { type DeploytrackError, usageError } from '../../errors.ts';
import { amountLimits, isFreeText, isWellFormed, isWithin, phaseName, textLimits } from '../../model.ts';
import type { Policy } from './command.ts';
import type { OptionData, SettingNames, ValueData } from './option.ts';
import type { Parsed } from './parsed.ts';
import { commonSettings, settingOf } from './settings.ts';

/** The part of a command's record that is needed to read its values. */
export interface InputShape {
  readonly name: string;
  readonly args: Readonly<Record<string, ValueData>>;
  readonly options: Readonly<Record<string, ValueData>>;
}

/**
 * The input of `run`: every value checked, converted, and with its default. `setting` returns the text of an option
 * that was not typed, from its variable or the settings file. Throws a usage error for the first invalid value.
 */
export function readInput(
  { name, args, options }: InputShape,
  parsed: Parsed,
  setting: (name: string) => string | null = () => null,
): Record<string, unknown> {
  const input: Record<string, unknown> = { wrapped: parsed.wrapped };
  let at = 0;
  for (const [key, data] of Object.entries(args)) {
    const given = data.repeatable === true ? parsed.operands.slice(at) : parsed.operands[at++];
    input[key] =
      typeof given === 'string' ? readValue(given, data, { what: name, argument: key }) : (given ?? null);
  }
  for (const [key, data] of Object.entries(options))
    input[inputName(key, data)] = readOption(
      parsed.options[optionName(key)] ?? setting(optionName(key)) ?? undefined,
      key,
      data,
    );
  return input;
}

/** Durations and times have their unit in the name. */
function inputName(key: string, { type }: ValueData): string {
  return type === 'duration' || type === 'time' ? `${key}Ms` : key;
}

function readOption(given: Parsed['options'][string] | undefined, key: string, data: ValueData): unknown {
  if (data.type === 'flag' && data.choices !== undefined) return given ?? null;
  if (data.type === 'flag') return given !== undefined && !/^(0|false)$/i.test(String(given));
  if (data.type === 'maybe') return given ?? null;
  const named = { what: `--${optionName(key)}` };
  if (data.repeatable === true) {
    const all = given === undefined ? [] : Array.isArray(given) ? given : [given];
    return all.map((one) => readValue(String(one), data, named));
  }
  const text = typeof given === 'string' ? given : data.default;
  return text === undefined ? null : readValue(text, data, named);
}

/** The source of a text: `--timeout`, or an argument and its command. */
interface Named {
  readonly what: string;
  readonly argument?: string;
}

/** The value of a text: a number, milliseconds, or the text itself. Throws a usage error if the text is invalid for its kind. */
export function readValue(value: string, data: ValueData, named: Named): string | number {
  switch (data.type) {
    case 'line':
    case 'program':
      return readLine(value, named);
    case 'words':
      return readWords(value, data, named);
    case 'phase':
      return readPhase(value);
    case 'integer':
    case 'number':
      return readNumber(value, data, named);
    case 'duration':
      return readDuration(value, data, named);
    case 'time':
      return readTime(value, named);
    case 'choice':
      return readChoice(value, data, named);
    default:
      return value;
  }
}

function readLine(value: string, named: Named): string {
  if (isWellFormed(value) && Buffer.byteLength(value, 'utf8') <= textLimits.text) return value;
  throw usageError(
    `invalid text for ${placeOf(named)}; expected at most ${textLimits.text} bytes of valid UTF-8`,
  );
}

function readWords(value: string, { hint }: ValueData, named: Named): string {
  if (isFreeText(value)) return value;
  throw usageError(`invalid text for ${placeOf(named)}; expected 1 to 200 characters`, hint);
}

/** The canonical name. */
function readPhase(value: string): string {
  const name = phaseName(value);
  if (name !== null) return name;
  throw usageError(
    `invalid phase name ${JSON.stringify(value)}; expected a lower-case letter, then letters, digits, _ or -, at most 63, for example venv_rebuild`,
  );
}

function readNumber(value: string, { type, min, max }: ValueData, named: Named): number {
  const whole = type === 'integer';
  const [least, most] = [min ?? Number.MIN_SAFE_INTEGER, max ?? Number.MAX_SAFE_INTEGER];
  const amount = /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : Number.NaN;
  if (isWithin(amount, { min: least, max: most, whole })) return amount;
  const bounds = most === Number.MAX_SAFE_INTEGER ? `${least} or more` : `${least} to ${most}`;
  throw invalid(value, { kind: 'number', named, expected: `${whole ? 'a whole number, ' : ''}${bounds}` });
}

const dayMs = 86_400_000;

function readDuration(value: string, { min = 0, max = Infinity }: ValueData, named: Named): number {
  const ms = parseDurationMs(value);
  const fail = (expected: string) => invalid(value, { kind: 'duration', named, expected });
  if (ms === null) throw fail('500ms, 60s or 1h30m');
  if (ms > max) throw fail(`at most ${max / dayMs}d`);
  if (ms < min) throw fail(`at least ${min % dayMs === 0 ? `${min / dayMs}d` : `${min}ms`}`);
  return ms;
}

function readTime(value: string, named: Named): number {
  const ms = parseTimeMs(value);
  const fail = (expected: string) => invalid(value, { kind: 'time', named, expected });
  if (ms === null) throw fail('ISO 8601, for example 2026-01-14T18:45:00Z');
  if (!isWithin(ms, amountLimits.wallMs)) throw fail('a year from 1970 to 2199');
  return ms;
}

function readChoice(value: string, { choices = [] }: ValueData, named: Named): string {
  if (choices.includes(value)) return value;
  const hint = hintOf(value, { choices, named });
  throw invalid(value, {
    kind: 'value',
    named,
    expected: choices.join(', '),
    ...(hint === undefined ? {} : { hint }),
  });
}

/** A value that begins as one of the choices does: `fail`, `Success`, `csvs`. */
function hintOf(
  value: string,
  { choices, named }: { choices: readonly string[]; named: Named },
): string | undefined {
  const head = value.toLowerCase().slice(0, 3);
  const meant = head.length < 3 ? undefined : choices.find((choice) => choice.startsWith(head));
  return meant === undefined
    ? undefined
    : `use ${named.argument === undefined ? `${named.what} ` : ''}${meant}`;
}

function invalid(
  value: string,
  { kind, named, expected, hint }: { kind: string; named: Named; expected: string; hint?: string },
): DeploytrackError {
  return usageError(
    `invalid ${kind} ${JSON.stringify(value)} for ${placeOf(named)}; expected ${expected}`,
    hint,
  );
}

/** `--timeout`, or `<usd> of cost`. */
function placeOf({ what, argument }: Named): string {
  return argument === undefined ? what : `<${argument}> of ${what}`;
}

/** The part of a record that is needed to parse its command line. */
export interface Grammar extends InputShape {
  readonly settings: SettingNames;
  /** The phase that it times, if its name is not an argument. */
  readonly phase?: string;
  readonly policy: Policy;
}

/** The options that a command accepts, by their names on the command line: its own, its settings, and the common ones. */
export function acceptedOptions<Data extends ValueData>(
  command: Grammar & { readonly options: Readonly<Record<string, Data>> },
): [name: string, data: Data | OptionData][] {
  return [
    ...ownOptions(command),
    ...commonSettings.map((name): [string, OptionData] => [name, settingOf(name)]),
  ];
}

/** The options that not every command accepts. */
export function ownOptions<Data extends ValueData>(
  command: Grammar & { readonly options: Readonly<Record<string, Data>> },
): [name: string, data: Data | OptionData][] {
  const own = command.settings.filter((name) => settingOf(name).ownOnly === true);
  return [
    ...own.map((name): [string, OptionData] => [name, settingOf(name)]),
    ...Object.entries(command.options).map(([key, data]): [string, Data] => [optionName(key), data]),
  ];
}

/** Whether `--name` takes a value: always, optionally, or never. */
export function takesValue({ type }: ValueData): boolean | 'maybe' {
  return type === 'maybe' ? 'maybe' : type !== 'flag';
}

/** The hint if an option with an optional value has taken the argument after it. */
export function notTaken(name: string, value = 'value'): string {
  return `put --${name} last, or write --${name} <${value}>`;
}

/** A flag as it can be typed: `marks`, `marks=hide`. */
export function formsOfFlag(name: string, { choices = [] }: ValueData): string[] {
  return [name, ...choices.map((choice) => `${name}=${choice}`)];
}

/** The command-line option for a name in camel case: `exitCode` is `--exit-code`. */
export function optionName(key: string): string {
  return key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

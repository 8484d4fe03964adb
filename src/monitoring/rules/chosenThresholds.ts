import { parseDurationMs } from '../../duration.ts';
import { usageError } from '../../errors.ts';
import type { AlertRule } from './alertRule.ts';
import { alerts } from './alerts/alerts.ts';
import { type Threshold, thresholdText } from './threshold.ts';

/** Thresholds by alert that replace the shipped ones, in all environments or in one. */
export interface ChosenThresholds {
  readonly thresholds: ReadonlyMap<string, number>;
  readonly environment: string | null;
}

export const noneChosen: ChosenThresholds = { thresholds: new Map(), environment: null };

/** Reads `<Alert>=<threshold>` arguments. Throws a usage error that shows what was expected. */
export function chosenThresholds(words: readonly string[], environment: string | null): ChosenThresholds {
  if (environment === '') throw usageError('--environment is empty; expected a name such as staging');
  const thresholds = new Map<string, number>();
  for (const word of words) {
    const [name = '', text] = split(word);
    if (text === undefined)
      throw usageError(`invalid value ${JSON.stringify(word)} for --set; expected ${example}`);
    const { threshold, hasEnvironment } = knownAlert(name, '--set').condition;
    if (threshold === null)
      throw usageError(`--set: ${name} has no threshold; expected one of ${namesOf(withThreshold())}`);
    if (environment !== null && !hasEnvironment)
      throw usageError(`--set: ${name} has no environment`, 'remove --environment');
    if (thresholds.has(name)) throw usageError(`--set: ${name} is set twice; expected each alert once`);
    thresholds.set(name, parseThreshold(text, { name, threshold }));
  }
  return { thresholds, environment };
}

/** The alert of this name. Throws a usage error that names similar ones. */
export function knownAlert(name: string, option: string): AlertRule {
  const alert = alerts.find((one) => one.name === name);
  if (alert === undefined)
    throw usageError(`unknown alert ${JSON.stringify(name)} for ${option}; ${nearest(name)}`);
  return alert;
}

const example = '<Alert>=<threshold>, such as HighDowntime=60s';

function split(word: string): [string, string?] {
  const at = word.indexOf('=');
  return at === -1 ? [word] : [word.slice(0, at), word.slice(at + 1)];
}

function parseThreshold(text: string, { name, threshold }: { name: string; threshold: Threshold }): number {
  const value = readNumber(text, threshold);
  if (value !== null && accepts(threshold, value)) return value;
  throw usageError(`invalid threshold ${JSON.stringify(text)} for ${name}; expected ${expected(threshold)}`);
}

/** The number in the unit of this kind of threshold; null if it is invalid. */
function readNumber(text: string, { kind }: Threshold): number | null {
  const plain = (digits: string) => (/^\d+(\.\d+)?$/.test(digits) ? Number(digits) : null);
  if (kind === 'bound' || kind === 'duration') {
    const ms = plain(text) === null ? parseDurationMs(text) : Number(text) * 1000;
    return ms === null ? null : ms / 1000;
  }
  if (kind === 'ratio' && text.endsWith('%')) {
    const percent = plain(text.slice(0, -1));
    return percent === null ? null : Number((percent / 100).toPrecision(15));
  }
  return plain(kind === 'rate' || kind === 'multiple' ? text.replace(/x$/, '') : text);
}

function accepts(threshold: Threshold, value: number): boolean {
  switch (threshold.kind) {
    case 'bound':
      return threshold.bounds.includes(value);
    case 'duration':
      return value > 0 && value <= longestSeconds;
    case 'ratio':
      return value >= 0 && value <= 1;
    case 'count':
      return Number.isSafeInteger(value);
    case 'rate':
      return value > 0 && value <= threshold.most;
    case 'multiple':
      return value > 1 && value <= mostTimes;
  }
}

/** Ten years: more is a typing error, and PromQL must read the number without an exponent. */
const longestSeconds = 3650 * 86_400;

/** More is a typing error. */
const mostTimes = 1000;

function expected(threshold: Threshold): string {
  switch (threshold.kind) {
    case 'bound':
      return `a bound of its histogram: ${threshold.bounds.map((bound) => thresholdText(threshold, bound)).join(', ')}`;
    case 'duration':
      return 'a duration, for example 60s, 20m, 30d';
    case 'ratio':
      return 'a ratio from 0 to 1, or 0% to 100%';
    case 'count':
      return 'a whole number';
    case 'rate':
      return `a multiple of the allowed rate, above 0 and at most ${threshold.most}`;
    case 'multiple':
      return `a multiple of the usual, above 1 and at most ${mostTimes}, for example 2x`;
  }
}

/** Names that resemble the given one, otherwise all. */
function nearest(name: string): string {
  const typed = name.toLowerCase();
  const near = alerts.filter((one) => {
    const known = one.name.toLowerCase();
    return typed.length >= 4 && (known.includes(typed) || typed.includes(known) || differ(known, typed) <= 3);
  });
  return near.length > 0 ? `similar: ${namesOf(near)}` : `expected one of ${namesOf(alerts)}`;
}

function withThreshold() {
  return alerts.filter((one) => one.condition.threshold !== null);
}

function namesOf(some: readonly { readonly name: string }[]): string {
  return some.map((one) => one.name).join(', ');
}

/** Levenshtein distance: the number of letters to insert, remove or change. */
function differ(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (const [line, letter] of [...one].entries()) {
    const next = [line + 1];
    for (const [index, second] of [...other].entries()) {
      const changed = (row[index] ?? 0) + (letter === second ? 0 : 1);
      next.push(Math.min(changed, (row[index + 1] ?? 0) + 1, (next[index] ?? 0) + 1));
    }
    row = next;
  }
  return row[other.length] ?? 0;
}

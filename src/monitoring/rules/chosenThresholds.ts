import { parseDurationMs } from '../../duration.ts';
import { usageError } from '../../errors.ts';
import { alerts } from './alerts/alerts.ts';
import { type Threshold, thresholdText } from './threshold.ts';

/** Figures by alert that stand in for the shipped ones, everywhere or in one environment. */
export interface ChosenThresholds {
  readonly thresholds: ReadonlyMap<string, number>;
  readonly environment: string | null;
}

export const noneChosen: ChosenThresholds = { thresholds: new Map(), environment: null };

/** Reads `<Alert>=<threshold>` words. Throws a usage error that says what may stand there. */
export function chosenThresholds(words: readonly string[], environment: string | null): ChosenThresholds {
  if (environment === '') throw usageError('--environment is empty', 'expected for example staging');
  const thresholds = new Map<string, number>();
  for (const word of words) {
    const [name = '', text] = split(word);
    const alert = alerts.find((one) => one.name === name);
    if (text === undefined)
      throw usageError(`--set: ${JSON.stringify(word)} is no <Alert>=<figure>`, example);
    if (alert === undefined)
      throw usageError(`--set: no alert is called ${JSON.stringify(name)}`, nearest(name));
    const { threshold, hasEnvironment } = alert.condition;
    if (threshold === null)
      throw usageError(`--set: ${name} has no figure`, `with one: ${namesOf(withFigure())}`);
    if (environment !== null && !hasEnvironment)
      throw usageError(`--set: ${name} knows no environment`, 'leave --environment away');
    if (thresholds.has(name)) throw usageError(`--set: ${name} is set twice`, 'one figure for each alert');
    thresholds.set(name, parseFigure(text, { name, threshold }));
  }
  return { thresholds, environment };
}

const example = 'expected for example HighDowntime=60s';

function split(word: string): [string, string?] {
  const at = word.indexOf('=');
  return at === -1 ? [word] : [word.slice(0, at), word.slice(at + 1)];
}

function parseFigure(text: string, { name, threshold }: { name: string; threshold: Threshold }): number {
  const value = readNumber(text, threshold);
  if (value !== null && accepts(threshold, value)) return value;
  throw usageError(`--set: ${name} takes no ${JSON.stringify(text)}`, `expected ${expected(threshold)}`);
}

/** Number and unit in the way of the threshold; null where it is no such thing. */
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
  return plain(kind === 'rate' ? text.replace(/x$/, '') : text);
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
  }
}

/** Ten years: what is longer is a slip, and PromQL must read it without an exponent. */
const longestSeconds = 3650 * 86_400;

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
      return `how many times as fast as allowed: above 0, at most ${threshold.most}`;
  }
}

/** Names that share a part with what was typed; else all. */
function nearest(name: string): string {
  const typed = name.toLowerCase();
  const near = alerts.filter((one) => {
    const known = one.name.toLowerCase();
    return typed.length >= 4 && (known.includes(typed) || typed.includes(known) || differ(known, typed) <= 3);
  });
  return near.length > 0 ? `nearest: ${namesOf(near)}` : `there are ${namesOf(alerts)}`;
}

function withFigure() {
  return alerts.filter((one) => one.condition.threshold !== null);
}

function namesOf(some: readonly { readonly name: string }[]): string {
  return some.map((one) => one.name).join(', ');
}

/** How many letters have to be put, taken or changed (Levenshtein). */
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

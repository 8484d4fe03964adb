import { parseDurationMs } from '../../duration.ts';
import { usageError } from '../../errors.ts';
import { alerts } from './alerts/alerts.ts';
import { type Figure, figureText } from './threshold.ts';

/** Figures by alert that stand in for the shipped ones, everywhere or in one environment. */
export interface ChosenFigures {
  readonly figures: ReadonlyMap<string, number>;
  readonly environment: string | null;
}

export const noneChosen: ChosenFigures = { figures: new Map(), environment: null };

/** Reads `<Alert>=<figure>` words. Throws a usage error that says what may stand there. */
export function chosenFigures(words: readonly string[], environment: string | null): ChosenFigures {
  if (environment === '') throw usageError('--environment is empty', 'expected for example staging');
  const figures = new Map<string, number>();
  for (const word of words) {
    const [name = '', text] = split(word);
    const alert = alerts.find((one) => one.name === name);
    if (text === undefined)
      throw usageError(`--set: ${JSON.stringify(word)} is no <Alert>=<figure>`, example);
    if (alert === undefined)
      throw usageError(`--set: no alert is called ${JSON.stringify(name)}`, nearest(name));
    const { figure, hasEnvironment } = alert.condition;
    if (figure === null)
      throw usageError(`--set: ${name} has no figure`, `with one: ${namesOf(withFigure())}`);
    if (environment !== null && !hasEnvironment)
      throw usageError(`--set: ${name} knows no environment`, 'leave --environment away');
    if (figures.has(name)) throw usageError(`--set: ${name} is set twice`, 'one figure for each alert');
    figures.set(name, parseFigure(text, { name, figure }));
  }
  return { figures, environment };
}

const example = 'expected for example HighDowntime=60s';

function split(word: string): [string, string?] {
  const at = word.indexOf('=');
  return at === -1 ? [word] : [word.slice(0, at), word.slice(at + 1)];
}

function parseFigure(text: string, { name, figure }: { name: string; figure: Figure }): number {
  const value = readNumber(text, figure);
  if (value !== null && accepts(figure, value)) return value;
  throw usageError(`--set: ${name} takes no ${JSON.stringify(text)}`, `expected ${expected(figure)}`);
}

/** Number and unit in the way of the figure; null where it is no such thing. */
function readNumber(text: string, { kind }: Figure): number | null {
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

function accepts(figure: Figure, value: number): boolean {
  switch (figure.kind) {
    case 'bound':
      return figure.bounds.includes(value);
    case 'duration':
      return value > 0 && value <= longestSeconds;
    case 'ratio':
      return value >= 0 && value <= 1;
    case 'count':
      return Number.isSafeInteger(value);
    case 'rate':
      return value > 0 && value <= figure.most;
  }
}

/** Ten years: what is longer is a slip, and PromQL must read it without an exponent. */
const longestSeconds = 3650 * 86_400;

function expected(figure: Figure): string {
  switch (figure.kind) {
    case 'bound':
      return `a bound of its histogram: ${figure.bounds.map((bound) => figureText(figure, bound)).join(', ')}`;
    case 'duration':
      return 'a duration, for example 60s, 20m, 30d';
    case 'ratio':
      return 'a ratio from 0 to 1, or 0% to 100%';
    case 'count':
      return 'a whole number';
    case 'rate':
      return `how many times as fast as allowed: above 0, at most ${figure.most}`;
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
  return alerts.filter((one) => one.condition.figure !== null);
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

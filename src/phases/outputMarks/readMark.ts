import { parseDurationMs, parseTimeMs } from '../../duration.ts';
import { amountLimits, isFreeText, isWithin, phaseName } from '../../model.ts';

/** A mark that a command has printed. Text of a stranger: it has no other fields than these. */
export type OutputMark = { readonly atMs: number | null } & (
  | { readonly kind: 'phase-start'; readonly stage: string }
  | {
      readonly kind: 'phase-end';
      readonly stage: string;
      readonly exitCode: number | null;
      readonly status: 'success' | 'failed';
    }
  | { readonly kind: 'phase-record'; readonly stage: string; readonly durationSeconds: number }
  | { readonly kind: 'smoke'; readonly test: string; readonly passed: boolean }
  | { readonly kind: 'error-rate'; readonly ratio: number }
  | { readonly kind: 'notes'; readonly text: string }
);

/** Reads what follows `::deploytrack ` on a line; null unless all of it is understood. */
export function readMark(text: string): OutputMark | null {
  if (/\p{Cc}/u.test(text)) return null;
  const [word = '', ...rest] = text.split(' ').filter((part) => part !== '');
  if (word === 'notes') return notes(text);
  const end = rest.findIndex((part) => part.startsWith('--'));
  const operands = end === -1 ? rest : rest.slice(0, end);
  const options = readOptions(end === -1 ? [] : rest.slice(end));
  if (options === null) return null;
  const atMs = options.at === undefined ? null : timeOf(options.at);
  if (options.at !== undefined && atMs === null) return null;
  const mark = { atMs, operands, options };
  if (word === 'phase') return phase(mark);
  if (word === 'smoke') return smoke(mark);
  return word === 'error-rate' ? errorRate(mark) : null;
}

interface Said {
  readonly atMs: number | null;
  readonly operands: readonly string[];
  readonly options: Options;
}
type Options = Readonly<Partial<Record<string, string>>>;

/** The value of each option, '' for a flag; null if one is unknown, incomplete or given twice. */
function readOptions(parts: readonly string[]): Options | null {
  const options: Record<string, string> = {};
  for (let at = 0; at < parts.length; at += 1) {
    const [, name = '', , joined] = /^--([a-z-]+)(=(.*))?$/.exec(parts[at] ?? '') ?? [];
    const isFlag = name === 'passed' || name === 'failed';
    const isValue = ['at', 'exit-code', 'status', 'duration'].includes(name);
    const value = isFlag ? (joined === undefined ? '' : undefined) : (joined ?? parts[++at]);
    if (!(isFlag || isValue) || value === undefined || Object.hasOwn(options, name)) return null;
    options[name] = value;
  }
  return options;
}

function hasOnly(options: Options, names: readonly string[]): boolean {
  return Object.keys(options).every((name) => name === 'at' || names.includes(name));
}

function phase({ atMs, operands, options }: Said): OutputMark | null {
  const [verb, name = '', more] = operands;
  const stage = phaseName(name);
  if (stage === null || more !== undefined) return null;
  if (verb === 'start') return hasOnly(options, []) ? { kind: 'phase-start', stage, atMs } : null;
  if (verb === 'end') return phaseEnd({ atMs, options, stage });
  if (verb !== 'record' || !hasOnly(options, ['duration'])) return null;
  const ms = parseDurationMs(options.duration ?? '');
  if (ms === null || !isWithin(ms, amountLimits.ageMs)) return null;
  return { kind: 'phase-record', stage, durationSeconds: ms / 1000, atMs };
}

function phaseEnd({ atMs, options, stage }: Omit<Said, 'operands'> & { stage: string }): OutputMark | null {
  const { status, 'exit-code': code } = options;
  const exitCode = code === undefined ? null : numberOf(code);
  const isCode = exitCode === null ? code === undefined : isWithin(exitCode, amountLimits.exitCode);
  const isStatus = status === undefined || status === 'success' || status === 'failed';
  if (!isCode || !isStatus || !hasOnly(options, ['exit-code', 'status'])) return null;
  const result = status ?? ((exitCode ?? 0) === 0 ? 'success' : 'failed');
  return { kind: 'phase-end', stage, exitCode, status: result, atMs };
}

function smoke({ atMs, operands, options }: Said): OutputMark | null {
  const test = operands.join(' ');
  const passed = options.passed !== undefined;
  const isOne = passed !== (options.failed !== undefined);
  if (!isFreeText(test) || !isOne || !hasOnly(options, ['passed', 'failed'])) return null;
  return { kind: 'smoke', test, passed, atMs };
}

function errorRate({ atMs, operands, options }: Said): OutputMark | null {
  const [text = '', more] = operands;
  const ratio = numberOf(text);
  if (ratio === null || more !== undefined || !isWithin(ratio, amountLimits.share) || !hasOnly(options, []))
    return null;
  return { kind: 'error-rate', ratio, atMs };
}

/** The text of a note is free, so `--at` counts only before it. */
function notes(line: string): OutputMark | null {
  const [, at, text = ''] = /^ *notes +(?:--at[ =](\S+) +)?(.*)$/.exec(line) ?? [];
  const atMs = at === undefined ? null : timeOf(at);
  if ((at !== undefined && atMs === null) || text.trim() === '') return null;
  return { kind: 'notes', text: text.trim(), atMs };
}

function numberOf(text: string): number | null {
  return /^-?\d{1,15}(\.\d{1,15})?$/.test(text) ? Number(text) : null;
}

/** Only with a zone: the local time of the other host is unknown. */
function timeOf(text: string): number | null {
  const ms = /T.*(Z|[+-]\d{2}:?\d{2})$/i.test(text) ? parseTimeMs(text) : null;
  return ms !== null && isWithin(ms, amountLimits.wallMs) ? ms : null;
}

import type { Parsed } from './define/parsed.ts';
import type { Grammar } from './define/readInput.ts';
import { optionName } from './define/readInput.ts';
import { commonFlags, commonValues } from './table/marks.ts';

/**
 * Parses a command line without a library: null for anything that is not plainly valid; then the full parser with its
 * help and usage errors takes over. A test checks that both agree.
 */
export function fastParse(
  argv: readonly string[],
  find: (name: string) => Grammar | null,
): (Parsed & { readonly command: Grammar }) | null {
  const [first = '', second] = argv;
  // One argument with a space in it is not a command of two words.
  if (first.includes(' ')) return null;
  const ofTwo = find(`${first} ${second}`);
  const command = ofTwo ?? find(first);
  if (command === null) return null;
  const parsed = takeApart(argv.slice(ofTwo === null ? 1 : 2), command);
  if (parsed === null || !isWhole(parsed, command)) return null;
  return { name: command.name, ...parsed, command };
}

function isWhole({ operands, wrapped }: Omit<Parsed, 'name'>, { args, policy }: Grammar): boolean {
  const required = Object.values(args).filter(({ optional }) => optional !== true);
  return operands.length >= required.length && (policy.wraps !== true || wrapped.length > 0);
}

function takeApart(argv: readonly string[], command: Grammar): Omit<Parsed, 'name'> | null {
  const { wraps } = command.policy;
  const most = mostOperands(command);
  const options: Record<string, string | true | readonly string[]> = {};
  const operands: string[] = [];
  for (let at = 0; at < argv.length; at += 1) {
    const part = argv[at] as string;
    if (part === '--') return wraps === false ? null : { options, operands, wrapped: argv.slice(at + 1) };
    if (!part.startsWith('-') || part === '-') {
      // PowerShell's script shims turn an empty array into an empty argument.
      if (part === '' && operands.length === most) continue;
      if (operands.length === most)
        return wraps === true ? { options, operands, wrapped: argv.slice(at) } : null;
      operands.push(part);
      continue;
    }
    const option = readOption(part, { command, next: argv[at + 1] });
    if (option === null) return null;
    const { name, value, isRepeatable, takesNext } = option;
    const before = options[name];
    if (option.isForm && before !== undefined && value === true) continue;
    options[name] = isRepeatable ? [...(Array.isArray(before) ? before : []), String(value)] : value;
    if (takesNext) at += 1;
  }
  return { options, operands, wrapped: [] };
}

function mostOperands({ args }: Grammar): number {
  const all = Object.values(args);
  return all.some(({ repeatable }) => repeatable === true) ? Number.POSITIVE_INFINITY : all.length;
}

interface FoundOption {
  readonly name: string;
  readonly value: string | true;
  readonly isRepeatable: boolean;
  /** Of a flag that has other forms, which count more than the plain one. */
  readonly isForm?: boolean;
  /** Whether the value is the next argument. */
  readonly takesNext: boolean;
}

/** Null if the full parser has to decide. */
function readOption(
  part: string,
  { command, next }: { command: Grammar; next: string | undefined },
): FoundOption | null {
  if (!part.startsWith('--')) return null;
  const equals = part.indexOf('=');
  const name = part.slice(2, equals === -1 ? undefined : equals);
  const kind = kindOf(command, name);
  if (kind === null) return null;
  const { type, isRepeatable, choices } = kind;
  if (type === 'flag') {
    const value = equals === -1 ? true : part.slice(equals + 1);
    if (value !== true && choices?.includes(value) !== true) return null;
    return { name, value, isRepeatable, isForm: choices !== undefined, takesNext: false };
  }
  if (equals !== -1) return { name, value: part.slice(equals + 1), isRepeatable, takesNext: false };
  const mayBeMissing = type === 'maybe';
  const isAlone = next === undefined || /^--[a-z]/.test(next);
  if (mayBeMissing && isAlone) return { name, value: true, isRepeatable, takesNext: false };
  const isOdd = mayBeMissing && (next === '' || next?.startsWith('-') === true);
  return next === undefined || isOdd ? null : { name, value: next, isRepeatable, takesNext: true };
}

function kindOf(
  { options }: Grammar,
  name: string,
): {
  type: 'flag' | 'value' | 'maybe';
  isRepeatable: boolean;
  choices?: readonly string[] | undefined;
} | null {
  const key = name.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
  const own = Object.hasOwn(options, key) && optionName(key) === name ? options[key] : undefined;
  if (own !== undefined) {
    const type = own.type === 'flag' || own.type === 'maybe' ? own.type : 'value';
    return { type, isRepeatable: own.repeatable === true, choices: own.choices };
  }
  if (commonFlags.split(' ').includes(name)) return { type: 'flag', isRepeatable: false };
  return commonValues.split(' ').includes(name) ? { type: 'value', isRepeatable: false } : null;
}

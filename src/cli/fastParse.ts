import type { Grammar } from './define/grammar.ts';
import { optionName, type ValueData } from './define/option.ts';
import type { Parsed } from './define/parsed.ts';
import { commonFlags, commonValues, fastCommands } from './table/marks.ts';

/**
 * Parses the commands between the steps of a script without a library. Null for anything that is not plainly valid; the
 * full parser with its help and usage errors takes over. A test checks that both agree.
 */
export function fastParse(argv: readonly string[]): (Parsed & { readonly command: Grammar }) | null {
  const command = fastCommand(argv);
  if (command === null) return null;
  const rest = argv.slice(command.name.includes(' ') ? 2 : 1);
  const parsed = takeApart(rest, command);
  if (parsed === null || parsed.operands.length !== Object.keys(command.args).length) return null;
  if (command.policy.wraps !== false && parsed.wrapped.length === 0) return null;
  return { name: command.name, ...parsed, command };
}

function fastCommand([first = '', second]: readonly string[]): Grammar | null {
  const pair = `${first} ${second}`;
  const name = Object.hasOwn(fastCommands, pair) ? pair : first;
  // One argument with a space in it is not a command of two words.
  if (!Object.hasOwn(fastCommands, name) || (name === first && name.includes(' '))) return null;
  return fastCommands[name]?.() ?? null;
}

function takeApart(argv: readonly string[], command: Grammar): Omit<Parsed, 'name'> | null {
  const wraps = command.policy.wraps !== false;
  const count = Object.keys(command.args).length;
  const options: Record<string, string | true> = {};
  const operands: string[] = [];
  for (let at = 0; at < argv.length; at += 1) {
    const part = argv[at] as string;
    if (part === '--') return wraps ? { options, operands, wrapped: argv.slice(at + 1) } : null;
    if (!part.startsWith('-') || part === '-') {
      // PowerShell's script shims turn an empty array into an empty argument.
      if (part === '' && operands.length === count) continue;
      if (operands.length === count && wraps) return { options, operands, wrapped: argv.slice(at) };
      operands.push(part);
      continue;
    }
    if (!part.startsWith('--')) return null;
    const equals = part.indexOf('=');
    const name = part.slice(2, equals === -1 ? undefined : equals);
    const isFlag = isFlagOf(command, name);
    const value = isFlag === true ? true : equals === -1 ? argv[at + 1] : part.slice(equals + 1);
    if (isFlag === null || value === undefined || (value === true && equals !== -1)) return null;
    options[name] = value;
    if (value !== true && equals === -1) at += 1;
  }
  return { options, operands, wrapped: [] };
}

/** Whether an option is a flag or takes a value; null if the full parser has to decide. */
function isFlagOf({ options }: Grammar, name: string): boolean | null {
  const key = name.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
  if (Object.hasOwn(options, key) && optionName(key) === name) {
    const { type, repeatable } = options[key] as ValueData;
    return repeatable === true || type === 'maybe' ? null : type === 'flag';
  }
  if (commonFlags.split(' ').includes(name)) return true;
  return commonValues.split(' ').includes(name) ? false : null;
}

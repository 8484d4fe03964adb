import { leadingCommand, type Shape, type Split, split } from './split.ts';
import { acting, commonFlags, commonValues, shapes, telling } from './table/marks.ts';

/**
 * Our own arguments and the wrapped command, without validation. The argument after an unknown option may be its value:
 * then only what follows `--` is the command, if the part before can be ours and `--` does not belong to the command
 * itself (`ssh host -- …`). With `anyWord` also after an unknown command.
 */
export function bareSplit(argv: readonly string[], { anyWord }: { anyWord: boolean }): Split {
  const known = bareShapes();
  const found = split(argv, known);
  const end = argv.indexOf('--');
  if (end === -1) return found;
  const after = { own: argv.slice(0, end), wrapped: argv.slice(end + 1) };
  const { words, rest } = leadingCommand(after.own, known);
  const [word = ''] = words;
  const shape = bareShape(found.name);
  const isWrong =
    shape === undefined
      ? anyWord && word !== '' && !telling.includes(word) && !acting.includes(word)
      : shape.wraps && !isKnown(found.own, shape);
  const operands = shape?.operands ?? words.length - 1;
  return isWrong && mayBeOurs(rest, operands) ? { ...found, ...after } : found;
}

/**
 * Whether the arguments are for the program even if deploytrack is disabled: a reading command, help, the version, or
 * nothing; and an unknown command with further arguments, which could be one to wrap: it is rejected by the parser
 * instead of being skipped.
 */
export function onlyTells(argv: readonly string[]): boolean {
  const { name, own, wrapped } = bareSplit(argv, { anyWord: true });
  if (wrapped.length > 0) return false;
  const { words, rest } = leadingCommand(argv, bareShapes());
  const [first = ''] = words;
  const isHelp = own.some((part) => part === '--help' || part === '-h') || first === 'help';
  if (isHelp || name !== null) return isHelp;
  const isUnknown = !acting.includes(first) && !mayBeOurs(rest, words.length - 1);
  return asksNothing(argv) || asks(argv) || isUnknown;
}

function asksNothing(argv: readonly string[]): boolean {
  return argv.length === 0 || (argv.length === 1 && (argv[0] === '--version' || argv[0] === '-V'));
}

/** Options may come before the command. */
function asks(argv: readonly string[]): boolean {
  const at = argv.findIndex((part) => telling.includes(part));
  return at !== -1 && !argv.slice(0, at).includes('--') && mayBeOurs(argv.slice(0, at), 0);
}

/** Whether all arguments can be ours: options with at most one value each, and this number of operands. */
function mayBeOurs(parts: readonly string[], operands: number): boolean {
  const others = parts.filter(
    (part, at) => part !== '' && !part.startsWith('-') && parts[at - 1]?.startsWith('--') !== true,
  );
  return others.length <= operands;
}

/** The commands that record or run another command: enough to find the wrapped command. */
export function bareShapes(): Shape[] {
  return shapes.map(([name, values, maybeValues, flags, operands, wraps]) => ({
    name,
    values: words(`${values} ${commonValues}`),
    maybeValues: words(maybeValues),
    flags: words(`${flags} ${commonFlags}`),
    operands,
    wraps: wraps === true,
    takesCommand: wraps === 'after-dashes',
  }));
}

export function bareShape(name: string | null): Shape | undefined {
  return bareShapes().find((shape) => shape.name === name);
}

function words(list: string): string[] {
  return list.split(' ').filter((word) => word !== '');
}

function isKnown(own: readonly string[], { values, maybeValues, flags }: Shape): boolean {
  const valued = new Set([...values, ...maybeValues]);
  return own.every((part, at) => {
    if (!part.startsWith('-') || part === '-') return true;
    const before = own[at - 1] ?? '';
    if (before.startsWith('--') && values.includes(before.slice(2))) return true;
    const [name = ''] = part.slice(2).split('=', 1);
    return part.startsWith('--') && (valued.has(name) || flags.includes(part.slice(2)));
  });
}

import { bareWords } from './bareWords.ts';
import { leadingWord, type Split, split, type WordShape } from './split.ts';
import { tellingWords } from './tellingWords.ts';

/** Those that neither wrap, nor mark, nor tell: what stands behind their `--` is an operand. */
const actingWords: ReadonlySet<string> = new Set(['push', 'init', 'import', 'serve']);

/**
 * Our own words and the command behind them, where nobody is there to refuse a wrong one. What follows an option that
 * nobody knows may be its value: then the command is all that stands behind `--`, if that can be ours and not one of the
 * command's own (`ssh host -- …`). With `anyWord` also behind a word that nobody knows.
 */
export function bareSplit(argv: readonly string[], { anyWord }: { anyWord: boolean }): Split {
  const found = split(argv, bareWords);
  const end = argv.indexOf('--');
  if (end === -1) return found;
  const behind = { own: argv.slice(0, end), command: argv.slice(end + 1) };
  const { words, rest } = leadingWord(behind.own, bareWords);
  const [word = ''] = words;
  const shape = shapeOf(found.word);
  const isWrong =
    shape === undefined
      ? anyWord && word !== '' && !tellingWords.has(word) && !actingWords.has(word)
      : shape.wraps && !isKnown(found.own, shape);
  const operands = shape?.operands ?? words.length - 1;
  return isWrong && mayBeOurs(rest, operands) ? { ...found, ...behind } : found;
}

/**
 * Whether the words are for the program also where deploytrack is disabled: a question, help, the version, nothing; and
 * a word that nobody knows with others behind it, which may be a command: it is refused there, and not passed over.
 */
export function onlyTells(argv: readonly string[]): boolean {
  const { word, own, command } = bareSplit(argv, { anyWord: true });
  if (command.length > 0) return false;
  const { words, rest } = leadingWord(argv, bareWords);
  const [first = ''] = words;
  const isHelp = own.some((part) => part === '--help' || part === '-h') || first === 'help';
  if (isHelp || word !== null) return isHelp;
  const isUnknown = !actingWords.has(first) && !mayBeOurs(rest, words.length - 1);
  return asksNothing(argv) || asks(argv) || isUnknown;
}

function asksNothing(argv: readonly string[]): boolean {
  return argv.length === 0 || (argv.length === 1 && argv[0] === '--version');
}

/** Options may stand before a question. */
function asks(argv: readonly string[]): boolean {
  const at = argv.findIndex((part) => tellingWords.has(part));
  return at !== -1 && !argv.slice(0, at).includes('--') && mayBeOurs(argv.slice(0, at), 0);
}

/** Whether all of it can be ours: options with one value each at most, and so many operands. */
function mayBeOurs(parts: readonly string[], operands: number): boolean {
  const others = parts.filter(
    (part, at) => part !== '' && !part.startsWith('-') && parts[at - 1]?.startsWith('--') !== true,
  );
  return others.length <= operands;
}

export function shapeOf(word: string | null): WordShape | undefined {
  return bareWords.find(({ name }) => name === word);
}

function isKnown(own: readonly string[], { values, maybeValues, flags }: WordShape): boolean {
  const valued = new Set([...values, ...maybeValues]);
  return own.every((part, at) => {
    if (!part.startsWith('-') || part === '-') return true;
    const before = own[at - 1] ?? '';
    if (before.startsWith('--') && values.includes(before.slice(2))) return true;
    const [name = '', value] = part.slice(2).split('=', 2);
    return part.startsWith('--') && (valued.has(name) || (flags.includes(name) && value === undefined));
  });
}

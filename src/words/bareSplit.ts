import { bareWords } from './bareWords.ts';
import { leadingWord, type Split, split, type WordShape } from './split.ts';
import { tellingWords } from './tellingWords.ts';

/** Those that neither wrap, nor mark, nor tell: what stands behind their `--` is an operand. */
const actingWords: ReadonlySet<string> = new Set(['push', 'init', 'import', 'serve']);

/**
 * Our own words and the command behind them, where nobody is there to refuse a wrong one. What follows an option that
 * nobody knows may be its value: then the command is all that stands behind `--`. With `anyWord` also behind a word that
 * nobody knows.
 */
export function bareSplit(argv: readonly string[], { anyWord }: { anyWord: boolean }): Split {
  const found = split(argv, bareWords);
  const end = argv.indexOf('--');
  if (end === -1) return found;
  const behind = { own: argv.slice(0, end), command: argv.slice(end + 1) };
  const shape = shapeOf(found.word);
  if (shape !== undefined) return shape.wraps && !isKnown(found.own, shape) ? { ...found, ...behind } : found;
  const word = firstWord(argv);
  return anyWord && !tellingWords.has(word) && !actingWords.has(word) ? { ...found, ...behind } : found;
}

/** Whether the words are for the program also where deploytrack is disabled: a question, help, the version, nothing. */
export function onlyTells(argv: readonly string[]): boolean {
  const { word, own, command } = bareSplit(argv, { anyWord: true });
  if (command.length > 0) return false;
  const isHelp = own.some((part) => part === '--help' || part === '-h') || firstWord(argv) === 'help';
  return isHelp || (word === null && (tellingWords.has(firstWord(argv)) || asksNothing(argv)));
}

function asksNothing(argv: readonly string[]): boolean {
  return argv.length === 0 || (argv.length === 1 && argv[0] === '--version');
}

function firstWord(argv: readonly string[]): string {
  return leadingWord(argv, bareWords).words[0] ?? '';
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

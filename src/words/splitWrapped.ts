import { commandWords, type Word } from './words.ts';

/** Our own words, and the command behind them. */
export interface Split {
  readonly own: readonly string[];
  readonly command: readonly string[];
}

/**
 * Cuts the wrapped command off: at `--`, or at the first word that is neither an option, its value, nor an operand of
 * ours. Options before the word are moved behind it, so that they may stand anywhere.
 */
export function splitWrapped(argv: readonly string[]): Split {
  const { words, rest } = leadingWord(argv);
  const word = commandWords.find((one) => one.name === words.join(' '));
  if (word === undefined) return { own: argv, command: [] };
  const end = ownEnd(rest, word);
  const own = rest.slice(0, end);
  const command = rest[end] === '--' ? rest.slice(end + 1) : rest.slice(end);
  if (!word.wraps && word.takesCommand !== true) return { own: [...words, ...rest], command: [] };
  return { own: [...words, ...own], command };
}

function leadingWord(argv: readonly string[]): { words: string[]; rest: readonly string[] } {
  const valued = new Set(
    commandWords.flatMap((one) =>
      one.options.filter(({ value }) => value !== undefined).map(({ name }) => `--${name}`),
    ),
  );
  let at = 0;
  while (at < argv.length && argv[at]?.startsWith('--') === true && argv[at] !== '--')
    at += valued.has(argv[at] as string) && argv.length > at + 1 ? 2 : 1;
  const length = argv[at] === 'phase' ? 2 : 1;
  return {
    words: argv.slice(at, at + length) as string[],
    rest: [...argv.slice(0, at), ...argv.slice(at + length)],
  };
}

function ownEnd(rest: readonly string[], word: Word): number {
  let operands = 0;
  for (let at = 0; at < rest.length; at += 1) {
    const part = rest[at] as string;
    if (part === '--') return at;
    if (part.startsWith('-') && part !== '-') {
      const option = word.options.find(({ name }) => part === `--${name}`);
      if (option?.value !== undefined && !option.value.startsWith('[')) at += 1;
    } else if (word.wraps && operands === word.operands.length) {
      return at;
    } else {
      operands += 1;
    }
  }
  return rest.length;
}

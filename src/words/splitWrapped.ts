import { type Split, split, type WordShape } from './split.ts';
import { commandWords, type Word } from './words.ts';

/** Our own words, and the command behind them. */
export function splitWrapped(argv: readonly string[]): Split {
  return split(argv, commandWords.map(shapeOf));
}

/** What has to be known of a word to find the command behind it. */
export function shapeOf({ name, options, operands, wraps, takesCommand = false }: Word): WordShape {
  const valued = options.filter(({ value }) => value !== undefined);
  const isMaybe = ({ value }: { value?: string }) => value?.startsWith('[') === true;
  return {
    name,
    values: valued.filter((one) => !isMaybe(one)).map((one) => one.name),
    maybeValues: valued.filter(isMaybe).map((one) => one.name),
    flags: options.filter(({ value }) => value === undefined).map((one) => one.name),
    operands: operands.some(({ many }) => many === true) ? null : operands.length,
    wraps,
    takesCommand,
  };
}

import { shapeOf } from './shapeOf.ts';
import { type Split, split } from './split.ts';
import { commandTable } from './table/commands.ts';

/** Our own arguments, and the command after them. */
export function splitWrapped(argv: readonly string[]): Split {
  return split(argv, commandTable.map(shapeOf));
}

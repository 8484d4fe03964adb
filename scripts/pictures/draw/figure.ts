import type { FieldJson } from '../../dashboards/dashboard.ts';
import type { Answer, Series } from '../answers.ts';
import { colourOf, mapped } from '../colours.ts';
import { formatValue } from '../format.ts';

/** One big number or bar: the last value of a series. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly text: string;
  readonly colour: string;
}

export function figuresOf(answers: readonly Answer[], field: FieldJson): Figure[] {
  return answers.flatMap(({ series }) => series.flatMap((one) => figure(one, field)));
}

function figure({ name, points }: Series, field: FieldJson): Figure[] {
  const last = points.at(-1);
  if (last === undefined) return [];
  const { value } = last;
  return [{ name, value, text: shownText(value, field), colour: colourOf(value, field) }];
}

/** The text of the mapping, otherwise the number with its unit. */
export function shownText(value: number, field: FieldJson): string {
  const { unit = 'none', decimals, mappings } = field;
  return (
    mapped(value, mappings)?.text ??
    formatValue(value, { unit, ...(decimals === undefined ? {} : { decimals }) })
  );
}

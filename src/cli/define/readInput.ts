import { optionName, type ValueData } from './option.ts';
import type { Parsed } from './parsed.ts';
import { readValue } from './readValue.ts';

/** The part of a command's record that is needed to read its values. */
export interface InputShape {
  readonly name: string;
  readonly args: Readonly<Record<string, ValueData>>;
  readonly options: Readonly<Record<string, ValueData>>;
}

/**
 * The input of `run`: every value checked, converted, and with its default. `setting` returns the text of an option
 * that was not typed, from its variable or the settings file. Throws a usage error for the first invalid value.
 */
export function readInput(
  { name, args, options }: InputShape,
  parsed: Parsed,
  setting: (name: string) => string | null = () => null,
): Record<string, unknown> {
  const input: Record<string, unknown> = { wrapped: parsed.wrapped };
  let at = 0;
  for (const [key, data] of Object.entries(args)) {
    const given = data.repeatable === true ? parsed.operands.slice(at) : parsed.operands[at++];
    input[key] =
      typeof given === 'string' ? readValue(given, data, { what: name, argument: key }) : (given ?? null);
  }
  for (const [key, data] of Object.entries(options))
    input[inputName(key, data)] = readOption(
      parsed.options[optionName(key)] ?? setting(optionName(key)) ?? undefined,
      key,
      data,
    );
  return input;
}

/** Durations and times have their unit in the name. */
function inputName(key: string, { type }: ValueData): string {
  return type === 'duration' || type === 'time' ? `${key}Ms` : key;
}

function readOption(given: Parsed['options'][string] | undefined, key: string, data: ValueData): unknown {
  if (data.type === 'flag') return given !== undefined && !/^(0|false)$/i.test(String(given));
  if (data.type === 'maybe') return given ?? null;
  const named = { what: `--${optionName(key)}` };
  if (data.repeatable === true) {
    const all = given === undefined ? [] : Array.isArray(given) ? given : [given];
    return all.map((one) => readValue(String(one), data, named));
  }
  const text = typeof given === 'string' ? given : data.default;
  return text === undefined ? null : readValue(text, data, named);
}

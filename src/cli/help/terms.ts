import type { CommandData } from '../define/command.ts';
import type { OptionData } from '../define/option.ts';
import { optionName } from '../define/readInput.ts';
import { settings } from '../define/settings.ts';
import type { Entry } from './layout.ts';

/** `--wait <duration>`, `--docker [address]`, `--strict`. */
export function optionTerm(name: string, { type, value = 'value' }: OptionData): string {
  if (type === 'flag') return `--${name}`;
  return type === 'maybe' ? `--${name} [${value}]` : `--${name} <${value}>`;
}

export function optionEntry([name, data]: readonly [string, OptionData]): Entry {
  return [optionTerm(name, data), meaningOf(data)];
}

/** How the variables are called that options of this command alone have; null if it has none. */
export function ownVariables(options: readonly (readonly [string, OptionData])[]): string | null {
  const own = options.find(
    ([name, { variable }]) => variable !== undefined && !Object.hasOwn(settings, name),
  );
  return own === undefined ? null : `as a variable: ${own[1].variable} for --${own[0]}, and so on`;
}

/** The meaning of an option, with its variable and default. */
export function meaningOf({ help, default: value, otherwise, repeatable }: OptionData): string {
  const holds = value ?? otherwise;
  const notes = [
    ...(holds === undefined ? [] : [`default ${holds}`]),
    ...(repeatable === true ? ['repeatable'] : []),
  ];
  return notes.length === 0 ? help : `${help} (${notes.join('; ')})`;
}

/** `<phase>`, `[deployment-id]`, `<file>…`. */
export function argumentTerm(key: string, { optional, repeatable }: OptionData): string {
  const name = optionName(key);
  return `${optional === true ? `[${name}]` : `<${name}>`}${repeatable === true ? '…' : ''}`;
}

/** The command as it is typed, without `deploytrack`. */
export function usageOf({ name, args, policy, wrappedOptional }: CommandData): string {
  const own = Object.entries(args).map(([key, data]) => argumentTerm(key, data));
  const command = wrappedOptional === true ? '[-- <command…>]' : '-- <command…>';
  return [name, ...own, '[options]', ...(policy.wraps === false ? [] : [command])].join(' ');
}

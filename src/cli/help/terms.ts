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

export function optionEntry(
  [name, data]: readonly [string, OptionData],
  { namesVariable }: { namesVariable: boolean },
): Entry {
  const named = namesVariable && hasOwnVariable(name, data) ? ` [${data.variable}]` : '';
  return [optionTerm(name, data), `${meaningOf(data)}${named}`];
}

/** Whether only this command has the variable. */
export function hasOwnVariable(name: string, { variable }: OptionData): boolean {
  return variable !== undefined && !Object.hasOwn(settings, name);
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

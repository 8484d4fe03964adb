import type { CommandData } from '../define/command.ts';
import { familyOf } from '../define/families.ts';
import type { OptionData } from '../define/option.ts';
import { ownOptions } from '../define/readInput.ts';
import { settingOf } from '../define/settings.ts';
import { commandTable } from '../table/commands.ts';
import { block, columnsOf, type Entry, section, wrapped } from './layout.ts';
import { docsLine } from './overview.ts';
import { argumentTerm, hasOwnVariable, meaningOf, optionEntry, usageOf } from './terms.ts';

/** The help of one command: usage, arguments, options, examples, exit codes. */
export function commandHelp(command: CommandData, width?: number): string {
  const columns = columnsOf(width);
  const { summary, args, settings, examples, exits } = command;
  const argumentEntries = Object.entries(args).map(
    ([key, data]): Entry => [argumentTerm(key, data), meaningOf(data)],
  );
  const common = settings.filter((name) => settingOf(name).ownOnly !== true);
  const own = ownOptions<OptionData>(command) as [string, OptionData][];
  const lines = [
    `Usage: deploytrack ${usageOf(command)}`,
    '',
    ...wrapped(`${summary}${also(command.name)}`, columns),
    ...section('Arguments:', argumentEntries, columns),
    ...explained(own, columns),
    ...explainedElsewhere(own, columns),
    ...block(
      'Common options (see `deploytrack help settings`):',
      common.length === 0 ? [] : wrapped(common.map((name) => `--${name}`).join(' '), columns - 2),
    ),
    ...block('Examples:', examples),
    ...section('Exit codes:', exitEntries(exits), columns),
    '',
    docsLine,
  ];
  return `${lines.join('\n')}\n`;
}

/** With more of them, one line says what all their variables are called. */
const mostNamed = 3;

/** The options that this help explains, each with its variable if they are few. */
function explained(own: readonly (readonly [string, OptionData])[], columns: number): string[] {
  const here = own.filter(([, { see }]) => see === undefined);
  const [first, ...others] = here.filter(([name, data]) => hasOwnVariable(name, data));
  const namesVariable = others.length < mostNamed;
  const entries = here.map((one) => optionEntry(one, { namesVariable }));
  const line = `  as a variable: ${first?.[1].variable} for --${first?.[0]}, and so on`;
  return [...section('Options:', entries, columns), ...(namesVariable ? [] : [line])];
}

/** The options that the help of another command explains, by that command. */
function explainedElsewhere(own: readonly (readonly [string, OptionData])[], columns: number): string[] {
  const commands = [...new Set(own.flatMap(([, { see }]) => see ?? []))];
  const lines = commands.flatMap((name) => {
    const listed = own
      .filter(([, { see }]) => see === name)
      .map(
        ([option, { default: value }]) => `--${option}${value === undefined ? '' : ` (default ${value})`}`,
      );
    return wrapped(`${name}: ${listed.join(' ')}`, columns - 2);
  });
  return block('Options of other commands (see `deploytrack help <command>`):', lines);
}

/** The commands whose names begin with this one. */
function also(name: string): string {
  const members = commandTable.filter((one) => familyOf(one.name) === name).map((one) => one.name);
  const [first, ...others] = members;
  const short = others.map((other) => other.slice(name.length + 1));
  return first === undefined ? '' : ` (also: ${[first, ...short].join(', ')})`;
}

/** In the order of the record; 2 always means invalid arguments. */
function exitEntries(exits: CommandData['exits']): Entry[] {
  return [...Object.entries(exits), ['2', 'invalid arguments; nothing was recorded or run']];
}

import { Command, Option } from 'commander';
import { phaseName } from '../model.ts';
import { problemLines } from '../report/messages/warnings.ts';
import type { CommandData } from './define/command.ts';
import { familyOf, familySummary } from './define/families.ts';
import type { OptionData } from './define/option.ts';
import type { Parsed } from './define/parsed.ts';
import { acceptedOptions, formsOfFlag, notTaken, optionName } from './define/readInput.ts';
import { commandHelp } from './help/commandHelp.ts';
import { familyHelp, overview } from './help/overview.ts';
import { commandTable } from './table/commands.ts';

/**
 * The full parser: help, usage errors, suggestions. `act` gets the parsed command line. The wrapped command never
 * passes through here: `splitWrapped` removes it before and passes it as `wrapped`.
 */
export function buildProgram(face: Face): Command {
  const { say } = face;
  const program = new Command('deploytrack');
  program
    .configureOutput({
      writeOut: say.out,
      writeErr: say.error,
      outputError: (text) => say.error(usageLines(text, { name: 'deploytrack', unnamed: say.unnamed })),
      getOutHelpWidth: () => say.outWidth ?? 80,
      getErrHelpWidth: () => say.errorWidth ?? 80,
      // Our texts have none to take out, and asking the streams loads Node's.
      getOutHasColors: () => true,
      getErrHasColors: () => true,
    })
    .helpOption('-h, --help', 'show help')
    .showSuggestionAfterError()
    .exitOverride()
    // `rollback` has options itself; those after `rollback start` are not its own.
    .enablePositionalOptions()
    .configureHelp({ formatHelp: (_, { helpWidth }) => overview(commandTable, helpWidth) });
  const families = new Map<string, Command>();
  for (const command of commandTable) {
    const family = familyOf(command.name);
    const parent = family === null ? program : (families.get(family) ?? familyIn(program, family));
    if (family !== null) families.set(family, parent);
    const target = parent.command(
      family === null ? command.name : command.name.slice(family.length + 1),
      command.hidden === true ? { hidden: true } : {},
    );
    if (family === null) families.set(command.name, target.enablePositionalOptions());
    addCommand(target, { ...face, command });
  }
  return program;
}

/** What the parser calls: the command to run, and its outputs. */
export interface Face {
  readonly wrapped: readonly string[];
  readonly act: (parsed: Parsed) => Promise<void>;
  readonly say: {
    readonly out: (text: string) => void;
    readonly error: (text: string) => void;
    /** Columns of the terminal; undefined if there is none. */
    readonly outWidth?: number | undefined;
    readonly errorWidth?: number | undefined;
    /** What follows `--` after an unknown command. */
    readonly unnamed?: string | undefined;
  };
}

function familyIn(program: Command, family: string): Command {
  return program
    .command(family)
    .description(familySummary(family))
    .exitOverride()
    .configureHelp({ formatHelp: (_, { helpWidth }) => familyHelp(family, commandTable, helpWidth) });
}

function addCommand(target: Command, { command, wrapped, act, say }: Face & { command: CommandData }): void {
  target.configureOutput({
    outputError: (text) =>
      say.error(
        usageLines(text.replace(/(arguments for ')[^']*/, `$1${command.name}`), {
          name: `deploytrack ${command.name}`,
          taken: hintOfTaken(target, command),
        }),
      ),
  });
  target
    .description(command.summary)
    .exitOverride()
    .allowExcessArguments(false)
    .configureHelp({ formatHelp: (_, { helpWidth }) => commandHelp(command, helpWidth) });
  for (const [key, { optional, repeatable, help }] of Object.entries(command.args)) {
    const named = `${optionName(key)}${repeatable === true ? '...' : ''}`;
    target.argument(optional === true ? `[${named}]` : `<${named}>`, help);
  }
  for (const [name, data] of acceptedOptions(command))
    for (const form of data.type === 'flag' ? formsOfFlag(name, data) : [name])
      target.addOption(asOption(form, data));
  target.action(async () => {
    const operands = target.args.filter((operand): operand is string => typeof operand === 'string');
    await act({ name: command.name, options: chosenOptions(target, command), operands, wrapped });
  });
}

/** `compare --store 1.0 1.1`: the option has taken one of the arguments. */
function hintOfTaken(target: Command, command: CommandData): string | null {
  for (const [name, { type, value }] of acceptedOptions(command)) {
    const found = type === 'maybe' ? target.getOptionValue(camelCase(name)) : null;
    if (typeof found === 'string' && !found.includes('://')) return notTaken(name, value);
  }
  return null;
}

/** A usage error of commander in our form. Its hint is commander's suggestion, otherwise the help of the command. */
function usageLines(
  text: string,
  { name, unnamed, taken = null }: { name: string; unnamed?: string | undefined; taken?: string | null },
): string {
  const [message = '', suggestion] = text
    .replace(/^error: /, '')
    .trim()
    .split('\n');
  const phase = phaseName(/^unknown command '(.*)'$/.exec(message)?.[1] ?? '');
  const asPhase =
    phase === null || unnamed === undefined ? null : `run \`deploytrack phase run ${phase} -- ${unnamed}\``;
  const isMissing = message.startsWith('missing required argument');
  const own = isMissing ? (taken ?? asPhase) : asPhase;
  const hint = suggestion?.replace(/^\((.*)\)$/, '$1') ?? own ?? `run \`${name} --help\``;
  return problemLines({ message, hint }, 'error');
}

function asOption(name: string, { type, help, value = 'value', repeatable }: OptionData): Option {
  const placeholder = type === 'flag' ? '' : type === 'maybe' ? ` [${value}]` : ` <${value}>`;
  const option = new Option(`--${name}${placeholder}`, help);
  return repeatable === true
    ? option.argParser((one: string, before: string[] | undefined) => [...(before ?? []), one])
    : option;
}

function chosenOptions(target: Command, command: CommandData): Parsed['options'] {
  const chosen: Record<string, string | true | readonly string[]> = {};
  for (const [name, data] of acceptedOptions(command)) {
    const choices = data.type === 'flag' ? (data.choices ?? []) : [];
    const choice = choices.find((one) => target.getOptionValue(camelCase(`${name}=${one}`)) === true);
    if (choice !== undefined) chosen[name] = choice;
    if (choice !== undefined) continue;
    const value = target.getOptionValue(camelCase(name)) as string | true | string[] | undefined;
    if (value !== undefined) chosen[name] = value;
  }
  return chosen;
}

function camelCase(name: string): string {
  return name.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

import { Command, Option } from 'commander';
import { inWords } from './report/warnings.ts';
import type { Invocation } from './words/invocation.ts';
import type { OptionWord } from './words/optionWords.ts';
import { commandWords, type Word } from './words/words.ts';

/**
 * The program's face: help, usage errors, suggestions. `act` gets what was typed, taken apart. The wrapped command
 * never passes through here: it is cut off before (`splitWrapped`) and handed over as `command`.
 */
export function buildProgram({ command, act, say }: Face): Command {
  const program = new Command('deploytrack');
  program
    .configureOutput({
      writeOut: say.out,
      writeErr: say.error,
      outputError: (text) => say.error(inOneLine(text, 'deploytrack')),
      getOutHelpWidth: () => say.outWidth ?? 80,
      getErrHelpWidth: () => say.errorWidth ?? 80,
    })
    .description('Times every phase of a deployment script, keeps a ledger, answers how it went.')
    .helpOption('-h, --help', 'show help')
    .showSuggestionAfterError()
    .exitOverride()
    .configureHelp({ sortSubcommands: false });
  const phase = program.command('phase').description('mark or run one phase').exitOverride();
  for (const word of commandWords) {
    const isPhase = word.name.startsWith('phase ');
    const parent = isPhase ? phase : program;
    addWord(
      parent.command(
        isPhase ? word.name.slice('phase '.length) : word.name,
        word.hidden === true ? { hidden: true } : {},
      ),
      { word, command, act, say },
    );
  }
  return program;
}

/** What is behind the face: what to do, and where to speak. */
export interface Face {
  readonly command: readonly string[];
  readonly act: (invocation: Invocation) => Promise<void>;
  readonly say: {
    readonly out: (text: string) => void;
    readonly error: (text: string) => void;
    /** Columns of the screen; undefined where there is none. */
    readonly outWidth?: number | undefined;
    readonly errorWidth?: number | undefined;
  };
}

function addWord(target: Command, { word, command, act, say }: Face & { word: Word }): void {
  target.configureOutput({ outputError: (text) => say.error(inOneLine(text, `deploytrack ${word.name}`)) });
  target.description(word.help).exitOverride().allowExcessArguments(false);
  for (const { name, required, many, help } of word.operands) {
    const named = many === true ? `${name}...` : name;
    target.argument(required ? `<${named}>` : `[${named}]`, help);
  }
  if (word.wraps)
    target.usage(`${word.operands.map((one) => `<${one.name}> `).join('')}[options] -- <command…>`);
  for (const option of word.options) target.addOption(asOption(option));
  target.action(async () => {
    const operands = target.args.filter((operand): operand is string => typeof operand === 'string');
    await act({ word: word.name, options: chosenOptions(target, word), operands, command });
  });
}

/** A usage error as everything else is said: one line, and in parentheses the suggestion or where more is said. */
function inOneLine(text: string, words: string): string {
  const [message = '', suggestion] = text
    .replace(/^error: /, '')
    .trim()
    .split('\n');
  const hint = suggestion?.replace(/^\((.*)\)$/, '$1') ?? `\`${words} --help\` says more`;
  return `deploytrack: ${inWords({ message, hint })}\n`;
}

function asOption({ name, value, help, many }: OptionWord): Option {
  const form =
    value === undefined ? `--${name}` : value.startsWith('[') ? `--${name} ${value}` : `--${name} <${value}>`;
  const option = new Option(form, help);
  return many === true
    ? option.argParser((one: string, before: string[] | undefined) => [...(before ?? []), one])
    : option;
}

function chosenOptions(target: Command, word: Word): Invocation['options'] {
  const chosen: Record<string, string | true | readonly string[]> = {};
  for (const { name } of word.options) {
    const value = target.getOptionValue(camelCase(name)) as string | true | string[] | undefined;
    if (value !== undefined) chosen[name] = value;
  }
  return chosen;
}

function camelCase(name: string): string {
  return name.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

import { phaseColumns } from '../../model.ts';
import type { CommandData } from '../define/command.ts';
import { familyOf, familySummary } from '../define/families.ts';
import type { OptionData } from '../define/option.ts';
import { acceptedOptions } from '../define/readInput.ts';
import { commandTable } from '../table/commands.ts';

/** A command as a shell completes it. */
export interface CompletedCommand {
  /** Such as `phase run`, `stats`. */
  readonly name: string;
  readonly help: string;
  readonly options: readonly CompletedOption[];
  /** What its own argument can be: one of these, a file, or nothing that can be offered. */
  readonly operand: Offered;
  /** Whether a command follows its own arguments, with or without `--`. */
  readonly wraps: boolean;
  /** The number of its own arguments. */
  readonly operands: number;
}

export interface CompletedOption {
  readonly name: string;
  readonly help: string;
  /** Null for a flag. */
  readonly value: Offered | null;
}

/** Fixed values, files, folders, or anything. */
export type Offered = readonly string[] | 'file' | 'folder' | 'any';

/** A word that other words follow: `phase`, `rollback`. */
export interface CompletedFamily {
  readonly name: string;
  readonly help: string;
  readonly members: readonly { readonly name: string; readonly help: string }[];
  /** Whether it is a command itself. */
  readonly isCommand: boolean;
}

export function completedFamilies(words: readonly CompletedCommand[]): CompletedFamily[] {
  const names = [...new Set(words.flatMap(({ name }) => familyOf(name) ?? []))];
  return names.map((family) => ({
    name: family,
    help: familySummary(family),
    members: words
      .filter(({ name }) => familyOf(name) === family)
      .map(({ name, help }) => ({ name: name.slice(family.length + 1), help })),
    isCommand: words.some(({ name }) => name === family),
  }));
}

/** Every visible command, from the same data as the help. */
export function completedCommands(): CompletedCommand[] {
  return commandTable.filter((command) => command.hidden !== true).map(completed);
}

function completed(command: CommandData): CompletedCommand {
  const { name, summary, args, policy } = command;
  const helpOption: CompletedOption = { name: 'help', help: 'show help', value: null };
  const operands = Object.values(args);
  return {
    name,
    help: summary,
    options: [...acceptedOptions(command).map(completedOption), helpOption],
    operand: operands[0] === undefined ? 'any' : offered(operands[0]),
    wraps: policy.wraps === true,
    operands: operands.length,
  };
}

function completedOption([name, data]: [string, OptionData]): CompletedOption {
  return { name, help: data.help, value: data.type === 'flag' ? null : offered(data) };
}

function offered({ type, choices, offered: some }: OptionData): Offered {
  if (type === 'phase') return Object.keys(phaseColumns);
  if (type === 'folder') return 'folder';
  if (type === 'file' || type === 'program') return 'file';
  return some ?? choices ?? 'any';
}

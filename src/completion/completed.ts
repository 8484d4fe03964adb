import { phaseColumns } from '../model.ts';
import type { OptionWord } from '../words/optionWords.ts';
import { commandWords, type Word } from '../words/words.ts';

/** A word as a shell completes it. */
export interface CompletedWord {
  /** `phase run`, `stats`. */
  readonly name: string;
  readonly help: string;
  readonly options: readonly CompletedOption[];
  /** What its own operand may be: one of these, a file, or nothing that could be offered. */
  readonly operand: Offered;
  /** Behind its own operands a command follows, with or without `--`. */
  readonly wraps: boolean;
  /** So many operands of its own come first. */
  readonly operands: number;
}

export interface CompletedOption {
  readonly name: string;
  readonly help: string;
  /** Null for a flag. */
  readonly value: Offered | null;
}

/** Fixed words, files, folders, or anything. */
export type Offered = readonly string[] | 'file' | 'folder' | 'any';

export const shells = ['bash', 'zsh', 'fish', 'powershell'] as const;

/** Every word that is shown, from the same data as the help. */
export function completedWords(): CompletedWord[] {
  return commandWords.filter((word) => word.hidden !== true).map(completed);
}

function completed({ name, help, options, operands, wraps }: Word): CompletedWord {
  const helpOption: CompletedOption = { name: 'help', help: 'show help', value: null };
  return {
    name,
    help,
    options: [...options.map(completedOption), helpOption],
    operand: operandOf(operands[0]?.name),
    wraps,
    operands: operands.length,
  };
}

function completedOption({ name, help, value, choices }: OptionWord): CompletedOption {
  return { name, help, value: value === undefined ? null : (choices ?? kindOf(value)) };
}

function kindOf(value: string): Offered {
  if (value === 'dir') return 'folder';
  return ['file', 'path', 'pem', 'exe'].includes(value) ? 'file' : 'any';
}

function operandOf(name: string | undefined): Offered {
  if (name === 'phase') return Object.keys(phaseColumns);
  if (name === 'shell') return shells;
  return name === 'file' ? 'file' : 'any';
}

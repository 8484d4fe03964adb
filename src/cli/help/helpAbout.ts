import { familyOf } from '../define/families.ts';
import { commandTable } from '../table/commands.ts';
import { commandHelp } from './commandHelp.ts';
import { familyHelp, overview } from './overview.ts';
import { settingsHelp } from './settingsHelp.ts';

/** The help about a command (`phase run`), a family (`phase`), `settings`, or all; null if there is no such topic. */
export function helpAbout(words: readonly string[], width: number | undefined): string | null {
  const name = words.join(' ');
  if (name === '') return overview(commandTable, width);
  if (name === 'settings') return settingsHelp(width);
  const command = commandTable.find((one) => one.name === name);
  if (command !== undefined) return commandHelp(command, width);
  const isFamily = commandTable.some((one) => familyOf(one.name) === name);
  return isFamily ? familyHelp(name, commandTable, width) : null;
}

import type { CommandData, Group } from '../define/command.ts';
import { familyOf, familySummary } from '../define/families.ts';
import { block, columnsOf, type Entry, section } from './layout.ts';

export const docsLine = 'Documentation: https://github.com/deploytrack/deploytrack#readme';

const titles: Readonly<Record<Group, string>> = {
  script: 'In a deployment script:',
  look: 'Look at deployments:',
  'set up': 'Set up and operate:',
};

/** The help of the program: every command, in groups. */
export function overview(commands: readonly CommandData[], width?: number): string {
  const columns = columnsOf(width);
  const shown = commands.filter((command) => command.hidden !== true);
  const groups = (Object.keys(titles) as Group[]).flatMap((group) =>
    section(titles[group], shown.filter((one) => one.group === group).map(entryOf), columns),
  );
  const lines = [
    'Usage: deploytrack <command> [options]',
    '',
    'Times every phase of a deployment script, records it and shows the results.',
    ...groups,
    ...block('More:', [
      'deploytrack help <command>     arguments, options, examples, exit codes',
      'deploytrack help settings      options and variables of all commands',
      'deploytrack --version          version of deploytrack (-V)',
    ]),
    '',
    docsLine,
  ];
  return `${lines.join('\n')}\n`;
}

/** The help of a family of commands, such as `phase`. */
export function familyHelp(family: string, commands: readonly CommandData[], width?: number): string {
  const members = commands.filter((one) => familyOf(one.name) === family).map(entryOf);
  const lines = [
    `Usage: deploytrack ${family} <command> [options]`,
    '',
    familySummary(family),
    ...section('Commands:', members, columnsOf(width)),
    ...block('More:', [`deploytrack help ${family} <command>  arguments, options, examples, exit codes`]),
    '',
    docsLine,
  ];
  return `${lines.join('\n')}\n`;
}

function entryOf({ name, summary }: CommandData): Entry {
  return [name, summary];
}

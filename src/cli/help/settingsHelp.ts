import { secrets } from '../define/secrets.ts';
import { settingNames, settingOf } from '../define/settings.ts';
import { columnsOf, type Entry, section, wrapped } from './layout.ts';
import { docsLine } from './overview.ts';
import { meaningOf, optionTerm } from './terms.ts';

/** `help settings`: everything that can be set for every command, by option, variable or settings file. */
export function settingsHelp(width?: number): string {
  const columns = columnsOf(width);
  const entries = settingNames.map((name): Entry => {
    const data = settingOf(name);
    return [optionTerm(name, data), `${meaningOf(data)} [${data.variable}]`];
  });
  const lines = [
    ...wrapped(
      'A value comes from the command line, otherwise from the environment variable in brackets, otherwise from deploytrack.yaml or deploytrack.json, otherwise it is the default. `deploytrack doctor` shows where each comes from.',
      columns,
    ),
    ...section('Settings:', entries, columns),
    ...section(
      'Secrets (only as a variable, or as <variable>_FILE for a file):',
      secrets.map(({ variable, help }): Entry => [variable, help]),
      columns,
    ),
    '',
    docsLine,
  ];
  return `${lines.join('\n')}\n`;
}

// The table of docs/settings.md: options and variables as src/settings/table.ts declares them, with their defaults.
import { loadSources } from '../loadSources.mjs';
import { code, table } from './markdown.mjs';
import { defaults } from './settingDefaults.mjs';

const { settingTable, sendBudgetMs } = loadSources(`
  export { settingTable } from './src/settings/table.ts';
  export { sendBudgetMs } from './src/commands/sending/send.ts';
`);

export function settingsTable() {
  const texts = defaults(sendBudgetMs);
  const names = Object.keys(settingTable);
  const unknown = Object.keys(texts).filter((name) => !names.includes(name));
  if (unknown.length > 0) throw new Error(`defaults of settings that do not exist: ${unknown.join(', ')}`);
  return table(
    ['option', 'environment', 'default'],
    names.map((name) => [code(`--${name}`), variable(name), text(texts, name)]),
  );
}

function variable(name) {
  const { variable, kind } = settingTable[name];
  if (variable === null) return '';
  return code(kind === 'flag' ? `${variable}=1` : variable);
}

function text(texts, name) {
  if (texts[name] === undefined) throw new Error(`no default text for the setting ${name}`);
  return texts[name];
}

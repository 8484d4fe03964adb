// The tables of docs/settings.md: options, variables and secrets as src/cli/define/ declares them, with their defaults.
import { loadSources } from '../loadSources.mjs';
import { code, table } from './markdown.mjs';

const { settings, secrets, ownSettings } = loadSources(`
  export { settings } from './src/cli/define/settings.ts';
  export { ownSettings } from './src/cli/table/ownSettings.ts';
  export { secrets } from './src/cli/define/secrets.ts';
`);

export function settingsTable() {
  return table(
    ['option', 'environment', 'meaning', 'default'],
    [...Object.entries(settings), ...ownSettings.map((own) => [own.name, own])].map(([name, data]) => [
      code(`--${name}`),
      code(data.type === 'flag' ? `${data.variable}=1` : data.variable),
      escaped(data.help),
      fallback(data),
    ]),
  );
}

export function secretsTable() {
  return table(
    ['environment', 'meaning'],
    secrets.map(({ variable, help }) => [code(variable), escaped(help)]),
  );
}

function fallback({ default: value, otherwise, inferred }) {
  return value === undefined
    ? escaped(otherwise ?? inferred ?? 'none').replaceAll(/\b\d+m?s\b/g, code)
    : code(value);
}

function escaped(text) {
  return text.replaceAll(/`[^`]*`|</g, (part) => (part === '<' ? '&lt;' : part));
}

// The sections of docs/commands.md: every command with its arguments and options, as --help has them.
import { loadSources } from '../loadSources.mjs';
import { code, table } from './markdown.mjs';

const { commandTable, commonSettings, settingOf, ownOptions, usageOf, optionTerm, meaningOf } = loadSources(`
  export { commandTable } from './src/cli/table/commands.ts';
  export { commonSettings, settingOf } from './src/cli/define/settings.ts';
  export { ownOptions } from './src/cli/define/readInput.ts';
  export { usageOf, optionTerm, meaningOf } from './src/cli/help/terms.ts';
`);
const commands = commandTable.filter(({ hidden }) => hidden !== true);
const titles = {
  script: 'In a deployment script',
  look: 'Look at deployments',
  'set up': 'Set up and operate',
};

export function commandsIndex() {
  return Object.entries(titles)
    .map(([group, title]) => {
      const rows = commands
        .filter((command) => command.group === group)
        .map(({ name, summary }) => [`[${code(name)}](#${name.replaceAll(' ', '-')})`, escaped(summary)]);
      return `**${title}**\n\n${table(['command', 'does'], rows)}`;
    })
    .join('\n\n');
}

export function commandSections() {
  return commands.map(section).join('\n\n');
}

export function commonOptions() {
  return optionTable(commonSettings.map((name) => [name, settingOf(name)]));
}

function section(command) {
  const { name, summary, args, examples } = command;
  const operands = Object.entries(args).map(([key, data]) => [code(argumentName(key)), escaped(data.help)]);
  const own = ownOptions(command);
  return [
    `### ${name}`,
    escaped(summary),
    `    deploytrack ${usageOf(command)}`,
    ...(operands.length === 0 ? [] : [table(['argument', 'meaning'], operands)]),
    own.length === 0 ? 'No options of its own.' : optionTable(own),
    `Examples:`,
    examples.map((example) => `    ${example}`).join('\n'),
  ].join('\n\n');
}

function argumentName(key) {
  return key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

function optionTable(options) {
  return table(
    ['option', 'meaning'],
    options.map(([name, data]) => [code(optionTerm(name, data)), escaped(meaningOf(data))]),
  );
}

function escaped(text) {
  return text.replaceAll('<', '&lt;');
}

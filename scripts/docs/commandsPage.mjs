// The sections of docs/commands.md: every command with its arguments and options, as --help has them.
import { loadSources } from '../loadSources.mjs';
import { code, table } from './markdown.mjs';

const { commandWords, common } = loadSources(`
  export { commandWords } from './src/words/words.ts';
  export { common } from './src/words/optionWords.ts';
`);
const words = commandWords.filter((word) => word.hidden !== true);
const shared = new Set(common.map(({ name }) => name));

export function commandsIndex() {
  return table(
    ['command', 'does'],
    words.map((word) => [`[${code(word.name)}](#${word.name.replaceAll(' ', '-')})`, escaped(word.help)]),
  );
}

export function commandSections() {
  return words.map(section).join('\n\n');
}

export function commonOptions() {
  return optionTable(common);
}

function section(word) {
  const own = word.options.filter(({ name }) => !shared.has(name));
  const operands = word.operands.map(({ name, help }) => [code(name), escaped(help)]);
  const options = own.length === 0 ? 'No options of its own.' : optionTable(own);
  return [
    `### ${word.name}`,
    `${escaped(word.help)}`,
    `    deploytrack ${usage(word)}`,
    ...(operands.length === 0 ? [] : [table(['argument', 'meaning'], operands)]),
    options,
  ].join('\n\n');
}

function usage({ name, operands, wraps, takesCommand, options }) {
  const own = operands.map(({ name: operand, required, many }) => {
    const form = required ? `<${operand}>` : `[${operand}]`;
    return many ? `${form}…` : form;
  });
  const isOptional =
    name === 'rollback' || takesCommand || options.some((option) => option.name === 'passed');
  const command = wraps || takesCommand ? [isOptional ? '[-- <command…>]' : '-- <command…>'] : [];
  return [name, ...own, '[options]', ...command].join(' ');
}

function optionTable(options) {
  return table(
    ['option', 'meaning'],
    options.map((option) => [
      code(form(option)),
      `${escaped(option.help)}${option.many ? '; repeatable' : ''}`,
    ]),
  );
}

function form({ name, value }) {
  if (value === undefined) return `--${name}`;
  return value.startsWith('[') ? `--${name} ${value}` : `--${name} <${value}>`;
}

function escaped(text) {
  return text.replaceAll('<', '&lt;');
}

// commandTables.mjs [--check]: writes the tables that the parsers, help and completion read, from the records in
// src/commands/; with --check it changes nothing and exits 1 if one is stale.
import './needsNode.mjs';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import { definitions } from './bundles.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const groups = ['script', 'look', 'set up'];

/** The files of the tables, with what they should contain. */
export function commandTables() {
  const files = commandFiles();
  const { records, settings } = load(files);
  const all = ordered(files.map((file, at) => ({ ...file, data: records[at] })));
  const data = all.map((one) => one.data);
  return {
    'src/cli/table/commands.ts': table('commandTable', 'CommandData', '../define/command.ts', data),
    'src/cli/table/marks.ts': marksTable(data, settings),
    'src/cli/table/grammars.ts': grammarsTable(data),
    'src/cli/table/ownSettings.ts': table(
      'ownSettings',
      'OwnSetting',
      '../define/ownSetting.ts',
      ownSettings(data),
    ),
    'src/cli/load/commands.ts': loaders('commandLoaders', all),
    'bin/deploytrack.js': starter(data, settings),
  };
}

/** Every file of a command. */
function commandFiles() {
  return readdirSync(`${root}src/commands`)
    .filter((name) => name.endsWith('.ts'))
    .map((name) => ({ name, text: readFileSync(`${root}src/commands/${name}`, 'utf8') }))
    .filter(({ text }) => text.includes('defineCommand('));
}

function load(files) {
  const contents = [
    ...files.map(({ name }, at) => `export { command as command${at} } from './src/commands/${name}';`),
    "export { settings } from './src/cli/define/settings.ts';",
  ].join('\n');
  const { outputFiles } = buildSync({
    stdin: { contents, resolveDir: root, loader: 'ts' },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    packages: 'external',
    define: definitions,
    write: false,
  });
  const module = { exports: {} };
  const require = createRequire(import.meta.url);
  new Function('exports', 'require', 'module', outputFiles[0].text)(module.exports, require, module);
  const records = files.map((_, at) => {
    const { run: _run, ...data } = module.exports[`command${at}`];
    return data;
  });
  return { records, settings: module.exports.settings };
}

/** By groups; within a group each after the one that it names, otherwise by name. */
function ordered(commands) {
  const byName = (a, b) => (a.data.name < b.data.name ? -1 : 1);
  const within = (group) => {
    const members = commands.filter(({ data }) => data.group === group).sort(byName);
    const names = members.map(({ data }) => data.name);
    const withFollowers = (one) => [
      one,
      ...members.filter(({ data }) => data.after === one.data.name).flatMap(withFollowers),
    ];
    return members.filter(({ data }) => !names.includes(data.after)).flatMap(withFollowers);
  };
  const found = groups.flatMap(within);
  if (found.length !== commands.length) throw new Error('the `after` of some commands is circular');
  return [...found.filter(({ data }) => !data.hidden), ...found.filter(({ data }) => data.hidden)];
}

/** The options of single commands that a variable can replace. */
function ownSettings(data) {
  const rows = data.flatMap(({ options }) =>
    Object.entries(options).flatMap(([key, one]) =>
      one.variable === undefined ? [] : [[optionName(key), { name: optionName(key), ...one }]],
    ),
  );
  return [...new Map(rows).values()];
}

const head = '// Made by scripts/commandTables.mjs from the records in src/commands/. Do not edit.\n';

function table(name, type, from, rows) {
  const lines = rows.map((row) => `  ${JSON.stringify(row)},\n`).join('');
  return `${head}import type { ${type} } from '${from}';\n\nexport const ${name}: readonly ${type}[] = [\n${lines}];\n`;
}

/** What parsing needs of commands, each made when it is asked for; and the values that several of them share. */
function grammars(data, settingsOf) {
  const shared = new Map();
  const once = (value) => {
    const text = JSON.stringify(value);
    if (!shared.has(text)) shared.set(text, `v${shared.size}`);
    return shared.get(text);
  };
  const value = ({ help: _help, value: _value, otherwise: _otherwise, offered: _offered, ...rest }) =>
    once(rest);
  const values = (all) =>
    `{${Object.entries(all)
      .map(([key, one]) => `${key}:${value(one)}`)
      .join(',')}}`;
  const rows = data.map(
    ({ name, phase, args, options, settings, policy }) =>
      `  '${name}': () => ({name:'${name}',${phase === undefined ? '' : `phase:'${phase}',`}args:${values(args)},options:${values(options)},settings:${JSON.stringify(settingsOf(settings))},policy:${once(policy)}}),\n`,
  );
  const constants = [...shared].map(([text, name]) => `const ${name} = ${text} as const;\n`);
  return { constants: constants.join(''), rows: rows.join('') };
}

/** Of every command. */
function grammarsTable(data) {
  const { constants, rows } = grammars(data, (settings) => settings);
  return `${head}import type { Grammar } from '../define/readInput.ts';

${constants}
/** What parsing needs of every command; each is made when it is asked for. */
export const grammars: Readonly<Record<string, () => Grammar>> = {
${rows}};
`;
}

/** The settings that are options of every command, with their names. */
function commonSettings(settings) {
  return Object.entries(settings).filter(([, { ownOnly }]) => ownOnly !== true);
}

/** What the fast parser and the starter need; short, because every mark reads it. */
function marksTable(data, settings) {
  const fast = data.filter(({ policy }) => policy.fast);
  const { constants, rows } = grammars(fast, () => []);
  const others = data.filter((one) => !isMark(one) && !one.hidden);
  const names = (disabled) =>
    others.filter(({ policy }) => policy.onDisabled === disabled).map(({ name }) => name);
  const common = commonSettings(settings);
  return `${head}import type { Grammar } from '../define/readInput.ts';

${constants}
/** The commands of the fast parser; each is made when it is asked for. */
export const fastCommands: Readonly<Record<string, () => Grammar>> = {
${rows}};

/** The options that every command accepts. */
export const commonValues = '${common.flatMap(([name, { type }]) => (type === 'flag' ? [] : [name])).join(' ')}';
export const commonFlags = '${common.flatMap(([name, { type }]) => (type === 'flag' ? [name] : [])).join(' ')}';

/** The commands that record or wrap: name, options with a value, with one that may be missing, flags, arguments, how it wraps. */
export const shapes: readonly (readonly [string, string, string, string, number, boolean | 'after-dashes'])[] = [
${data
  .filter(isMark)
  .map((one) => `  ${JSON.stringify(shapeRow(one, settings))},\n`)
  .join('')}];

/** Commands that only read or print: they run also if deploytrack is disabled. */
export const telling: readonly string[] = ${JSON.stringify(names('run'))};

/** Commands that neither record nor wrap nor only read. */
export const acting: readonly string[] = ${JSON.stringify(names('skip'))};
`;
}

function shapeRow({ name, args, options, settings: listed, policy }, settings) {
  const own = [
    ...listed.filter((one) => settings[one].ownOnly).map((one) => [one, settings[one].type]),
    ...Object.entries(options).flatMap(([key, one]) => formsOf(optionName(key), one)),
  ];
  const of = (isRight) =>
    own
      .filter(([, type]) => isRight(type))
      .map(([option]) => option)
      .join(' ');
  const isValue = (type) => type !== 'flag' && type !== 'maybe';
  const lists = [of(isValue), of((type) => type === 'maybe'), of((type) => type === 'flag')];
  return [name, ...lists, Object.keys(args).length, policy.wraps];
}

/** A flag may have one of its choices after `=`. */
function formsOf(name, { type, choices = [] }) {
  const forms = type === 'flag' ? choices.map((choice) => `${name}=${choice}`) : [];
  return [name, ...forms].map((form) => [form, type]);
}

/** A command that records or wraps another one: its output is not its purpose. */
function isMark({ policy, hidden }) {
  return policy.onLostOutput === 'warn' && !hidden;
}

function loaders(name, commands) {
  const lines = commands.map(
    ({ name: file, data }) => `  '${data.name}': () => import('../../commands/${file}'),\n`,
  );
  return `${head}import type { Session } from '../../session.ts';
import type { Command } from '../define/command.ts';

/** The files of the commands, each loaded at its first use. */
export const ${name}: Readonly<Record<string, () => Promise<{ readonly command: Command<Session> }>>> = {
${lines.join('')}};
`;
}

/** What the starter knows of the commands if nothing else can be loaded. */
function starter(data, settings) {
  const marks = data.filter(isMark);
  const isWrapping = ({ policy }) => policy.wraps === true;
  const isTelling = ({ policy, hidden }) => policy.onDisabled === 'run' && !hidden;
  const types = ['flag', 'maybe'];
  const flags = marks.flatMap(({ options }) =>
    Object.entries(options).flatMap(([key, { type }]) => (types.includes(type) ? [optionName(key)] : [])),
  );
  const commonFlags = commonSettings(settings).flatMap(([name, { type }]) => (type === 'flag' ? [name] : []));
  const unanswered = marks.filter(({ policy }) => policy.wraps === false);
  const words = marks.map(({ name, args }) => [name, 1 + Object.keys(args).length]);
  const counts = [...new Map(words)].filter(([, count]) => count > 1);
  return [
    ['wraps', data.filter(isWrapping).map(({ name }) => name)],
    ['tells', data.filter(isTelling).map(({ name }) => name)],
    ['records', unanswered.map(({ name }) => name)],
    ['pairs', marks.map(({ name }) => name).filter((name) => name.includes(' '))],
  ].reduce(
    (text, [name, list]) =>
      replaced(text, new RegExp(`(const ${name} = /\\^\\()[^/]*(\\)\\$/)`), list.join('|')),
    replaced(
      replaced(
        readFileSync(`${root}bin/deploytrack.js`, 'utf8'),
        /(const flags = \/\^--\()[^/]*(\)\$\/)/,
        [...new Set([...commonFlags, ...flags])].join('|'),
      ),
      /(const counts = \{ )[^}]*(\};)/,
      counts
        .map(([name, count]) => `${/^\w+$/.test(name) ? name : `'${name}'`}: ${count}`)
        .join(', ')
        .concat(' '),
    ),
  );
}

function replaced(text, form, content) {
  if (!form.test(text)) throw new Error(`bin/deploytrack.js has no place for ${form}`);
  return text.replace(form, (_, before, after) => `${before}${content}${after}`);
}

function optionName(key) {
  return key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

for (const [file, content] of Object.entries(commandTables())) {
  const before = (() => {
    try {
      return readFileSync(`${root}${file}`, 'utf8');
    } catch {
      return null;
    }
  })();
  if (before === content) continue;
  if (!process.argv.includes('--check')) writeFileSync(`${root}${file}`, content);
  else {
    console.error(`${file} is stale: run \`npm run build\` to update it`);
    process.exitCode = 1;
  }
}

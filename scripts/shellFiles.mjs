// shellFiles.mjs [--check]: writes the files of the shell integration, and the shims, from their parts in src/shell/, with the
// options of commands that run another command and the key of a mark; with --check it changes nothing and exits 1 if one is stale.
import './needsNode.mjs';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { loadSources } from './loadSources.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const common = ['core.sh', 'wrap.sh', 'exit.sh', 'without.sh'];
const shells = { bash: 'bash.bash', zsh: 'zsh.zsh', sh: 'posix.sh' };

/** What a mark depends on: while it is the same, a shell can write marks without asking the program. */
const environment = [
  ...['ID', 'SERVICE', 'LEDGER'].map((name) => `DEPLOYTRACK_${name}`),
  ...['STATE_DIRECTORY', 'XDG_STATE_HOME', 'HOME', 'DEPLOYTRACK_STRICT', 'DEPLOYTRACK_DISABLED'],
]
  .map((name) => `\${${name}-}`)
  .concat('$PWD')
  .join('|');

/** The files, with what they should contain. */
function shellFiles() {
  const { commandTable, settings } = loadSources(
    "export { commandTable } from './src/cli/table/commands.ts'; export { settings } from './src/cli/define/settings.ts';",
  );
  const wrapping = commandTable.filter(({ policy }) => policy.wraps === true);
  const options = [
    ...wrapping.flatMap(({ options }) => Object.entries(options).map(([key, one]) => [optionName(key), one])),
    ...Object.entries(settings),
  ];
  const names = (isFlag) =>
    [...new Set(options.filter(([, { type }]) => (type === 'flag') === isFlag).map(([name]) => `--${name}`))]
      .sort()
      .join(' ');
  const part = (name) =>
    readFileSync(`${root}src/shell/${name}`, 'utf8')
      .replace(/^# shellcheck shell=.*\n/, '')
      .replaceAll('@environment@', () => environment)
      .replace('@flags@', () => names(true))
      .replace('@values@', () => names(false));
  const files = Object.entries(shells).map(([shell, own]) => [
    `shell/deploytrack.${shell}`,
    `${head(shell)}${[...common, own].map(part).join('\n')}`,
  ]);
  return Object.fromEntries([...files, ...shims(commandTable, part)]);
}

/** What runs commands without deploytrack if it cannot be run, and needs nothing else of the integration. */
function shims(commandTable, part) {
  const named = (isMeant) => commandTable.filter(({ policy }) => isMeant(policy)).map(({ name }) => name);
  const wraps = named(({ wraps }) => wraps === true);
  const records = named(
    ({ wraps, onDisabled, staysOpen }) => wraps === false && onDisabled === 'skip' && !staysOpen,
  );
  const filled = (file, listOf) =>
    part(file)
      .replace('@wraps@', () => listOf(wraps))
      .replace('@records@', () => listOf(records));
  const taken = [
    /^# The options of[\s\S]*?^__deploytrack_values=.*$/m.exec(part('wrap.sh'))[0],
    functionOf(part('wrap.sh'), '__deploytrack_split'),
    functionOf(part('wrap.sh'), '__deploytrack_has'),
    ...['dashes', 'given', 'health'].map((name) => functionOf(part('without.sh'), `__deploytrack_${name}`)),
  ];
  const pattern = (name) => (name.includes(' ') ? `'${name}'` : `'${name} '*`);
  const posix = filled('shim.sh', (names) => names.map(pattern).join(' | '));
  const powershell = filled('shim.ps1', (names) => names.map((name) => `'${name}'`).join(', '));
  return [
    ['examples/shim/deploytrack-shim.sh', `${shimHead}${[...taken, posix].join('\n\n')}`],
    ['examples/shim/Deploytrack-Shim.ps1', powershell],
  ];
}

/** A function with the comment above it. */
function functionOf(text, name) {
  const [found] = new RegExp(`(?:^#.*\\n)*^${name}\\(\\) \\{\\n[\\s\\S]*?^\\}$`, 'm').exec(text) ?? [];
  if (found === undefined) throw new Error(`no function ${name}`);
  return found;
}

const shimHead = `# shellcheck shell=sh disable=SC2034,SC2221,SC2222
# deploytrack for scripts that must run whatever happens to deploytrack: source this file, or put it at the top of a script.
# docs/shim.md says what it hides. Made by scripts/shellFiles.mjs from src/shell/. Do not edit.

`;

function head(shell) {
  // The parts use each other's variables, and `local` and `-ef` as every shell of today has them.
  const rules = 'SC2015,SC2034,SC2154,SC2209,SC3013,SC3028,SC3043,SC2119,SC2120';
  return `# shellcheck shell=${shell === 'zsh' ? 'bash disable=all' : `${shell} disable=${rules}`}
# deploytrack for scripts in ${shell}: \`eval "$(deploytrack shell ${shell})"\`, or source this file. Made by
# scripts/shellFiles.mjs from src/shell/. Do not edit.

`;
}

function optionName(key) {
  return key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const isCheck = process.argv.includes('--check');
  mkdirSync(`${root}shell`, { recursive: true });
  for (const [path, text] of Object.entries(shellFiles())) {
    if (!isCheck) writeFileSync(root + path, text);
    else if (readFileSync(root + path, 'utf8') !== text) {
      console.error(`${path} is stale: run npm run generate`);
      process.exitCode = 1;
    }
  }
}

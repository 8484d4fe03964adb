import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';

vi.setConfig({ hookTimeout: 240_000 });

const root = fileURLToPath(new URL('../..', import.meta.url));
const record = `import { textArgument } from '../cli/define/arguments.ts';
import { defineCommand } from '../cli/define/command.ts';
import { duration, folder } from '../cli/define/kinds.ts';
import { ofReading } from '../cli/define/settingLists.ts';
import type { Session } from '../session.ts';

/** \`ping <target>\`: says how patient it is. */
export const command = defineCommand({
  name: 'ping',
  after: 'cost',
  summary: 'send a greeting to a target',
  group: 'script',
  examples: ['deploytrack ping web-1', 'deploytrack ping web-1 --ping-patience 3s'],
  args: { target: textArgument({ help: 'whom to greet', choices: ['web-1', 'web-2'] }) },
  options: {
    pingPatience: duration({ default: '7s', help: 'how long to wait', variable: 'DEPLOYTRACK_PING_PATIENCE' }),
    pingFolder: folder({ help: 'where to write' }),
  },
  settings: ofReading,
  exits: { '0': 'greeted' },
  policy: { fast: true, onWrongSetting: 'warn' },
  run: async ({ context }: Session, { target, pingPatienceMs }) => {
    context.stdout.write(\`\${target} \${pingPatienceMs}\\n\`);
    return 0;
  },
});
`;
let copy = '';

beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'deploytrack-command-'));
  for (const name of [
    'bin',
    'docs',
    'examples',
    'package.json',
    'README.md',
    'schemas',
    'scripts',
    'src',
    'test/faults',
    'tsconfig.json',
  ])
    cpSync(join(root, name), join(copy, name), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  writeFileSync(join(copy, 'src/commands/ping.ts'), record);
  node('scripts/build.mjs');
  node('scripts/readme-tables.mjs');
});
afterAll(() => rmSync(copy, { recursive: true, force: true }));

function node(...args: string[]): string {
  return execFileSync(process.execPath, args, {
    cwd: copy,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

function run(argv: readonly string[], env: Record<string, string> = {}): string {
  const own = { PATH: process.env.PATH, HOME: copy, DEPLOYTRACK_SETTINGS_ROOT: copy, ...env };
  return execFileSync(process.execPath, ['bin/deploytrack.js', ...argv], {
    cwd: copy,
    env: { ...own, DEPLOYTRACK_LEDGER: join(copy, 'ledger.db') },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

const read = (name: string) => readFileSync(join(copy, name), 'utf8');

test('a command in one new file runs with its default, its option and its variable', () => {
  expect(run(['ping', 'web-1'])).toBe('web-1 7000\n');
  expect(run(['ping', '--ping-patience', '3s', 'web-1'])).toBe('web-1 3000\n');
  expect(run(['ping', 'web-1'], { DEPLOYTRACK_PING_PATIENCE: '4s' })).toBe('web-1 4000\n');
});

test('a new command is parsed by both the fast and the full parser', () => {
  expect(read('src/cli/table/marks.ts')).toContain("'ping': () =>");
  expect(run(['--ping-patience=2s', 'ping', 'web-2'])).toBe('web-2 2000\n');
  expect(() => run(['ping'])).toThrow(/missing required argument 'target'/);
  expect(() => run(['ping', 'web-1', '--ping-patience', 'x'])).toThrow(
    /invalid duration "x" for --ping-patience/,
  );
});

test('a new command appears in the help with its default and its variable', () => {
  expect(run(['help'])).toMatch(/^ {2}ping +send a greeting to a target$/m);
  const help = run(['help', 'ping']).replaceAll(/\s+/g, ' ');
  expect(help).toContain('how long to wait (default 7s) [DEPLOYTRACK_PING_PATIENCE]');
  expect(help).toContain('deploytrack ping web-1 --ping-patience 3s');
});

test.each(['bash', 'zsh', 'fish', 'powershell'])('completion in %s offers the new command', (shell) => {
  const script = run(['completion', shell]);
  expect(script).toMatch(/\bping\b/);
  expect(script).toMatch(/\bping-patience\b/);
  expect(script).toMatch(/web-1[' ,]+web-2/);
});

test('doctor shows the variable of a new command among the settings', () => {
  const doctor = (env = {}) => {
    try {
      return run(['doctor'], env);
    } catch (error) {
      return String((error as { stdout: string }).stdout);
    }
  };
  expect(doctor()).toMatch(/^ping-patience +7s +default$/m);
  expect(doctor({ DEPLOYTRACK_PING_PATIENCE: '9s' })).toMatch(
    /^ping-patience +9s +DEPLOYTRACK_PING_PATIENCE$/m,
  );
});

test('the tables of the docs include a new command', () => {
  expect(read('docs/commands.md')).toContain('| [`ping`](#ping) | send a greeting to a target |');
  expect(read('docs/commands.md')).toContain('| `--ping-folder <dir>` | where to write |');
  expect(read('docs/settings.md')).toMatch(/\| `--ping-patience` \| `DEPLOYTRACK_PING_PATIENCE` \|/);
});

test('the starter, which works without the bundles, knows a new command', () => {
  expect(read('bin/deploytrack.js')).toMatch(/const records = .*\bping\b/);
  expect(read('bin/deploytrack.js')).toMatch(/const counts = .*\bping: 2\b/);
});

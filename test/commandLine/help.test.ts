import { describe, expect, test } from 'vitest';
import { acceptedOptions, ownOptions } from '../../src/cli/define/readInput.ts';
import { secrets } from '../../src/cli/define/secrets.ts';
import { settingNames, settingOf } from '../../src/cli/define/settings.ts';
import { commandHelp } from '../../src/cli/help/commandHelp.ts';
import { helpAbout } from '../../src/cli/help/helpAbout.ts';
import { overview } from '../../src/cli/help/overview.ts';
import { commandTable } from '../../src/cli/table/commands.ts';
import { invocationsIn } from '../readme/takeApart.ts';

const commands = commandTable.filter(({ hidden }) => hidden !== true);

describe.each(commands)('Help of $name', (command) => {
  const help = commandHelp(command, 80);
  const lines = help.trimEnd().split('\n');

  test('the help of a command fits on a screen of 40 lines and 80 columns', () => {
    expect(lines.length).toBeLessThanOrEqual(40);
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
  });

  test('the help of a command summarizes it in one imperative line', () => {
    expect(command.summary).toMatch(/^[a-z].*[^.]$/);
    expect(help).toContain(command.summary.slice(0, 40));
  });

  test('the help of a command lists each of its options with its default', () => {
    const text = help.replaceAll(/\s+/g, ' ');
    const wanted = ownOptions(command).flatMap(([name, data]) => [
      ` --${name}`,
      ...(data.default === undefined ? [] : [`(default ${data.default}`]),
    ]);
    expect(wanted.filter((part) => !text.includes(part))).toEqual([]);
  });

  test('the help of a command takes its defaults from the records', () => {
    const texts = [...Object.values(command.options), ...Object.values(command.args)].map(
      ({ help: said }) => said,
    );
    expect(texts.filter((said) => /\(\d+\w*\)|default:/.test(said))).toEqual([]);
  });

  test('the help of a command names only the common options it accepts, and the exit code of a usage error', () => {
    const accepted = acceptedOptions(command).map(([name]) => name);
    expect(command.settings.filter((name) => !accepted.includes(name))).toEqual([]);
    expect(help).toContain('\n  2  invalid arguments; nothing was recorded or run\n');
    expect(help).toContain('https://');
  });

  test('the help of a command has two examples with valid options', () => {
    expect(new Set(command.examples).size).toBe(2);
    const accepted = acceptedOptions(command).map(([name]) => `--${name}`);
    const found = invocationsIn(command.examples);
    expect(found.map(({ word }) => word)).toEqual([command.name, command.name]);
    expect(found.flatMap(({ options }) => options).filter((option) => !accepted.includes(option))).toEqual(
      [],
    );
  });
});

describe('Help of the program', () => {
  test('the help of the program lists every command in a group, and where to read more', () => {
    const help = overview(commandTable, 80);
    expect(help.split('\n').filter((line) => line.length > 80)).toEqual([]);
    for (const { name, summary } of commands) {
      expect(help).toMatch(new RegExp(`^  ${name} `, 'm'));
      expect(help.replaceAll(/\s+/g, ' ')).toContain(summary);
    }
    expect(help).toContain('deploytrack help settings');
    expect(help).not.toContain('left-prober');
  });

  test('`help settings` lists each setting with its variable and default, and each secret', () => {
    const help = (helpAbout(['settings'], 80) ?? '').replaceAll(/\s+/g, ' ');
    for (const name of settingNames) {
      const { variable, default: value } = settingOf(name);
      expect(help).toContain(`--${name} `);
      expect(help).toContain(`[${variable}]`);
      if (value !== undefined) expect(help).toContain(`(default ${value})`);
    }
    for (const { variable } of secrets) expect(help).toContain(`${variable} `);
  });

  test.each(commands.map(({ name }) => name))('`help %s` prints the help of that topic', (name) => {
    expect(helpAbout(name.split(' '), 80)).toContain(`Usage: deploytrack ${name} `);
  });

  test('common options that mean nothing to a command are not in its help', () => {
    const common = (name: string) =>
      /Common options[^:]*:\n([\s\S]*?)\n\n/.exec(helpAbout([name], 80) ?? '')?.[1] ?? '';
    expect(common('completion') + common('dashboards')).toBe('');
    expect(common('history').trim()).toBe('--deployment --environment --ledger --warnings');
    expect(common('stats')).not.toMatch(/--(id|gateway|abandon-after)\b/);
  });

  test('the help of rollback says that --timeout limits the command and the verification', () => {
    const help = (helpAbout(['rollback'], 80) ?? '').replaceAll(/\s+/g, ' ');
    expect(help).toMatch(
      /--timeout <duration> time limit of command and verification \(default .*for the command none\)/,
    );
  });

  test('the help of a command family lists its commands, and an unknown topic is an error', () => {
    expect(helpAbout(['phase'], 80)).toContain('phase record');
    expect(helpAbout(['nope'], 80)).toBeNull();
  });
});

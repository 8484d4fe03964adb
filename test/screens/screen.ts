import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { shellArgument } from '../../src/text/shellArgument.ts';
import { eventually } from '../support/eventually.ts';

export const hasTmux = spawnSync('tmux', ['-V']).status === 0;

/** More lines than any of these outputs has. */
const lines = 200;

/**
 * What a real terminal of so many columns shows after a command has ended, line by line; with `colors` with its escapes.
 */
export async function screenOf(
  words: readonly string[],
  {
    env,
    columns,
    colors = false,
  }: { env: Readonly<Record<string, string>>; columns: number; colors?: boolean },
): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'deploytrack-tmux-'));
  const config = join(folder, 'tmux.conf');
  writeFileSync(config, 'set -g remain-on-exit on\nset -g remain-on-exit-format ""\nset -g status off\n');
  const tmux = (...args: string[]) =>
    execFileSync('tmux', ['-S', join(folder, 'socket'), '-f', config, '-u', ...args], { encoding: 'utf8' });
  const variables = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  const command = ['env', '-i', ...variables, ...words].map(shellArgument).join(' ');
  try {
    tmux('new-session', '-d', '-x', String(columns), '-y', String(lines), command);
    await eventually(
      () => (tmux('display-message', '-p', '#{pane_dead}').trim() === '1' ? true : undefined),
      {
        what: `the end of ${words.join(' ')}`,
      },
    );
    return tmux('capture-pane', '-p', ...(colors ? ['-e'] : [])).trimEnd();
  } finally {
    tmux('kill-server');
    rmSync(folder, { recursive: true, force: true });
  }
}

import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Context } from '../context.ts';

const builtIn =
  /^(\.|alias|bg|cd|declare|dirs|eval|exec|exit|export|fg|local|popd|pushd|read|readonly|return|set|shift|shopt|source|trap|typeset|ulimit|umask|unalias|unset|wait)$/;

/**
 * What to type instead of a command that was not found; null if there is nothing to say. `typed` is what stands before
 * the command, such as `phase run build`.
 */
export function startHint(
  { env, platform }: Pick<Context, 'env' | 'platform'>,
  { command, typed }: { command: string; typed: string },
): string | null {
  const marks = 'mark the step with `deploytrack phase start` and `deploytrack phase end`';
  const inShell = `run \`eval "$(deploytrack shell bash)"\` first, or ${marks}`;
  const [, name] = /^([A-Za-z_]\w*)=/.exec(command) ?? [];
  if (name !== undefined) return `put \`env\` before it: \`deploytrack ${typed} -- env ${name}=…\``;
  if (typed === 'rollback' && /^(start|end)$/.test(command))
    return `put \`${command}\` right after \`rollback\`: \`deploytrack rollback ${command} …\``;
  const operand = /^phase run (\S+)$/.exec(typed)?.[1];
  if (operand !== undefined && isProgram(env.PATH ?? '', operand))
    return `name the phase before the command: \`deploytrack phase run <phase> -- ${operand} ${command}\``;
  if (/\.ps1$/i.test(command)) return `run \`deploytrack ${typed} '--' pwsh -NoProfile -File ${command}\``;
  if (/^-encodedCommand$|^[A-Z][A-Za-z]*-[A-Z]\w*$/.test(command))
    return `for a cmdlet, a function or a block of PowerShell, ${marks}`;
  if (!/^[\w.:-]+$/.test(command)) return null;
  if (platform === 'win32') return `check PATH; for a function, ${marks}`;
  if (builtIn.test(command)) return `use \`bash -c\` for what is built into the shell, ${inShell}`;
  return `check PATH; for a shell function, ${inShell}`;
}

function isProgram(path: string, name: string): boolean {
  return path.split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, name), constants.X_OK);
      return folder !== '';
    } catch {
      return false;
    }
  });
}

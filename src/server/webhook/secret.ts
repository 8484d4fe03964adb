import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Context } from '../../context.ts';
import { DeploytrackError } from '../../errors.ts';

/**
 * DEPLOYTRACK_WEBHOOK_<name>, or the content of the file that …_FILE names, without its last line end; null where neither
 * is set. Read for each delivery: a secret that is changed is used at once. Throws SETTING where the file cannot be read.
 */
export function webhookSecret(context: Context, name: string): string | null {
  const variable = `DEPLOYTRACK_WEBHOOK_${name}`;
  const value = context.env[variable];
  if (value !== undefined && value !== '') return value;
  const file = context.env[`${variable}_FILE`];
  if (file === undefined || file === '') return null;
  try {
    return readFileSync(resolve(context.cwd, file), 'utf8').replace(/\r?\n$/, '') || null;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    throw new DeploytrackError({
      code: 'SETTING',
      message: `${variable}_FILE: ${file} cannot be read (${code})`,
      cause: error,
    });
  }
}

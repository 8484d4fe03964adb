import { secrets } from '../cli/define/secrets.ts';
import type { Context } from '../context.ts';
import { readSecret } from '../settings/readSecret.ts';
import type { Finding } from './doctorFinding.ts';

const withinMs = 2000;

/** Whether a secret is set, and by which variable: its own, or the one that names a file. */
export function secretState({ env }: Pick<Context, 'env'>, name: string): [string, string] {
  const named = [name, `${name}_FILE`];
  const variable = named.find((one) => (env[one] ?? '') !== '');
  if (variable !== undefined) return ['(set)', variable];
  const empty = named.find((one) => env[one] !== undefined);
  return empty === undefined ? ['-', 'default'] : ['(empty)', empty];
}

/** How clients of `serve` must authenticate: `none`, `bearer`, `basic`. */
export function serveAuth(context: Pick<Context, 'env'>): string {
  const isSet = (name: string) => secretState(context, `DEPLOYTRACK_SERVE_${name}`)[0] === '(set)';
  const schemes = [
    ...(isSet('TOKEN') ? ['bearer'] : []),
    ...(isSet('USERNAME') && isSet('PASSWORD') ? ['basic'] : []),
  ];
  return schemes.length === 0 ? 'none' : schemes.join(', ');
}

/** Secrets that are set but empty, unreadable, or impossible to verify or send. */
export async function secretFindings(context: Context): Promise<Finding[]> {
  const found: Finding[] = [];
  for (const { variable } of secrets) {
    const { problem, expected } = await readSecret(context, variable, { withinMs });
    if (problem !== null)
      found.push({
        good: false,
        message: problem,
        mend: expected ?? `set it, or unset ${variable} and ${variable}_FILE`,
      });
  }
  return found;
}

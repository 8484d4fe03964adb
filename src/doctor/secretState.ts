import type { Context } from '../context.ts';

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

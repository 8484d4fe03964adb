import type { Context } from '../context.ts';

/** The command that corrects the clock of a host, now and from then on. */
export function clockCommand({ platform }: Pick<Context, 'platform'>): string {
  return platform === 'win32' ? 'w32tm /resync' : 'timedatectl set-ntp true';
}

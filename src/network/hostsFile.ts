import { readFileSync } from 'node:fs';
import type { Context } from '../context.ts';

/** The addresses of a name in the system's hosts file, in order; empty if it is not there. */
export function addressesInHosts(context: Pick<Context, 'platform' | 'env'>, hostname: string): string[] {
  return readHosts(hostsText(context), hostname);
}

/** As in hosts(5): an address, then its names in any case, up to a `#`. */
export function readHosts(text: string, hostname: string): string[] {
  const wanted = hostname.toLowerCase().replace(/\.$/, '');
  return text.split('\n').flatMap((line) => {
    const [address = '', ...names] = line.replace(/#.*$/, '').trim().split(/\s+/);
    return names.some((name) => name.toLowerCase().replace(/\.$/, '') === wanted) ? [address] : [];
  });
}

function hostsText({ platform, env }: Pick<Context, 'platform' | 'env'>): string {
  const path =
    platform === 'win32' ? `${env.SystemRoot ?? 'C:\\Windows'}\\System32\\drivers\\etc\\hosts` : '/etc/hosts';
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

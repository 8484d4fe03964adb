import { networkInterfaces } from 'node:os';

/**
 * Addresses in the order in which they should be tried (RFC 6724 in short): those of IPv6 first where this host has such
 * an address itself, else last.
 */
export function inOrder(addresses: readonly string[]): string[] {
  const four = addresses.filter((address) => !isSix(address));
  const six = addresses.filter(isSix);
  if (four.length === 0 || six.length === 0) return [...addresses];
  const own = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
  const isUsable = (address: string) =>
    own.some((one) =>
      address === '::1' ? one.address === '::1' : one.family === 'IPv6' && !one.internal && one.scopeid === 0,
    );
  return [...six.filter(isUsable), ...four, ...six.filter((address) => !isUsable(address))];
}

export function isSix(address: string): boolean {
  return address.includes(':');
}

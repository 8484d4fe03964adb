import { createHash } from 'node:crypto';

/**
 * The gateway of a host, by rendezvous hashing: the one with the greatest hash of host and address, so that a gateway more
 * or less moves only its share of the hosts.
 */
export function gatewayOf(instance: string, addresses: readonly string[]): string {
  const weight = (address: string) => createHash('sha256').update(`${instance}\n${address}`).digest('hex');
  const [first] = [...addresses].sort((one, other) => (weight(one) < weight(other) ? 1 : -1));
  if (first === undefined) throw new Error('no gateway');
  return first;
}

import { createHash } from 'node:crypto';

/**
 * The gateways in the order in which a host uses them: the first one holds its groups, the next one is its fallback.
 * Rendezvous hashing (highest random weight; D. Thaler and C. Ravishankar, "Using name-based mappings to increase hit
 * rates", IEEE/ACM Transactions on Networking 6(1), 1998): each pair of address and instance has a weight, and the
 * heaviest address wins. The order of the list does not matter, and an address that is added or removed moves only the
 * hosts that it wins or that it had, 1/n of them on average.
 *
 * The weight is the SHA-256 of the address (`GatewayAddress.url`), a line feed and the instance, all UTF-8, compared as a
 * number: the same everywhere, and easy to compute without this program.
 */
export function rank<Address extends { readonly url: string }>(
  gateways: readonly Address[],
  instance: string,
): Address[] {
  return gateways
    .map((gateway) => ({ gateway, weight: weightOf(gateway.url, instance) }))
    .sort((one, other) => Buffer.compare(other.weight, one.weight))
    .map(({ gateway }) => gateway);
}

function weightOf(url: string, instance: string): Buffer {
  return createHash('sha256').update(`${url}\n${instance}`).digest();
}

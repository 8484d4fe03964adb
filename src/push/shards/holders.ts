import type { PendingGroup } from '../../ledger/push/deliveries.ts';
import type { Session } from '../../session.ts';
import { formerGateway } from '../gateway/configuredGateways.ts';
import type { Pushgateway } from '../gateway/pushgateway.ts';
import { rank } from './rank.ts';

/**
 * The gateways that may hold a group: the one that it is on, its own if that is not listed any more, and those that still
 * have to remove it.
 */
export async function holders(
  session: Session,
  {
    gateways,
    group,
    copies,
  }: {
    gateways: readonly Pushgateway[];
    group: PendingGroup;
    copies: readonly string[];
  },
): Promise<Pushgateway[]> {
  const { instance, adoptedUrl } = group;
  const own = gateways.find(({ url }) => url === adoptedUrl) ?? rank(gateways, instance)[0];
  const noted = adoptedUrl === null ? copies : [...new Set([...copies, adoptedUrl])];
  const former = noted.filter((url) => !gateways.some((one) => one.url === url));
  return [
    ...gateways.filter((one) => one === own || copies.includes(one.url)),
    ...(await Promise.all(former.map((url) => formerGateway(session, { url, others: gateways })))),
  ];
}

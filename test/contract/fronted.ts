import { onTestFinished } from 'vitest';
import { rank } from '../../src/push/shards/rank.ts';
import { type Gateway, startGateway } from '../support/gateway.ts';
import type { Program } from '../support/program.ts';
import { type Front, startFront } from './front.ts';

/** Real gateways; the test stops them. */
export async function someGateways(count: number): Promise<Gateway[]> {
  const gateways = await Promise.all(Array.from({ length: count }, () => startGateway()));
  onTestFinished(async () => {
    await Promise.all(gateways.map((gateway) => gateway.stop()));
  });
  return gateways;
}

export const urlsOf = (gateways: readonly { readonly url: string }[]) =>
  gateways.map(({ url }) => url).join(',');

export async function instancesOn(gateway: Gateway): Promise<string[]> {
  return (await gateway.groups()).map(({ labels }) => labels.instance ?? '').sort();
}

/** What Prometheus would sum up, over all gateways. */
export async function sumOf(gateways: readonly Gateway[], family: string, labels = {}): Promise<number> {
  const values = await Promise.all(gateways.map((gateway) => gateway.value(family, labels)));
  return values.reduce<number>((sum, value) => sum + (value ?? 0), 0);
}

export interface Fronted {
  readonly front: Front;
  readonly gateway: Gateway;
}

/** Gateways, each behind a front, in the order of rank of `host-a`. */
export async function fronted(count: number): Promise<Fronted[]> {
  const both = await someGateways(count);
  const all = await Promise.all(
    both.map(async (gateway) => ({ gateway, front: await startFront({ behind: gateway }) })),
  );
  const ranked = rank(
    all.map(({ front }) => front),
    'host-a',
  );
  return ranked.map((front) => all.find((one) => one.front === front) as Fronted);
}

/** Two gateways, each behind a front: the first and the second by rank of `host-a`. */
export async function twoFronted(): Promise<{
  own: Fronted;
  next: Fronted;
  urls: string;
  both: Gateway[];
}> {
  const [own, next] = (await fronted(2)) as [Fronted, Fronted];
  const urls = urlsOf([own.front, next.front]);
  return { own, next, urls, both: [own.gateway, next.gateway] };
}

export const dead = () => ({ status: 503, body: 'no upstream' });
/** Where the groups of a ledger are, or may be. */
export const copies = (host: Program) =>
  host.rows("SELECT value FROM declarations WHERE kind = 'copy' ORDER BY value").map(({ value }) => value);

import { listIn, objectIn, parsedJson, textIn } from '../http/objects.ts';

export interface HeldFamily {
  readonly name: string;
  /** In lower case. */
  readonly type: string;
  /** The labels of each sample, with those of the group. */
  readonly samples: readonly Readonly<Record<string, unknown>>[];
}

/** A group of any client, as the gateway's own API shows it. */
export interface HeldGroup {
  /** The grouping key. What is not UTF-8 is replaced. */
  readonly labels: Readonly<Record<string, string>>;
  readonly families: readonly HeldFamily[];
}

/** The groups in a response of `/api/v1/metrics`; empty if it is something else. */
export function heldGroups(text: string): HeldGroup[] {
  return listIn(objectIn(parsedJson(text)).data).map((one) => {
    const { labels, ...rest } = objectIn(one);
    const entries = Object.entries(objectIn(labels)).map(([name, value]) => [name, textIn(value)] as const);
    return {
      labels: Object.fromEntries(entries),
      families: Object.entries(rest).flatMap(([name, value]) => familyOf(name, value)),
    };
  });
}

function familyOf(name: string, value: unknown): HeldFamily[] {
  const { type, metrics } = objectIn(value);
  if (typeof type !== 'string') return [];
  const samples = listIn(metrics).map((one) => objectIn(objectIn(one).labels));
  return [{ name, type: type.toLowerCase(), samples }];
}
